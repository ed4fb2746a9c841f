// A project is typed in: drafts saved while typing but not while composing, a lost connection survived, amounts read
// back, rows added in place, a twin told of, saved, looked at, changed, its history read; and all of it without script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { inspect, signIn } from "../lib/story.mjs";

let browser, demo;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const button = (page, name) => page.getByRole("button", { name, exact: true }).click();
const state = (page, words) => page.locator("#draft-state", { hasText: words }).waitFor();

/** Requests that kept a draft, counted while the page lives. */
function draftsOf(page) {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && /\/projects\/drafts\/[0-9a-f]+$/.test(request.url())) sent.push(request.postData());
  });
  return sent;
}

async function reporter(options) {
  const page = await open(browser, options);
  await signIn(page, demo, "reporter");
  return page;
}

test("typed, composed, offline, saved, changed", async () => {
  const page = await reporter();
  const sent = draftsOf(page);
  await page.clock.install();
  await page.goto(`${demo.url}/projects/new`);
  await inspect(page, "project-new");

  // An input method is composing: nothing leaves, however long it takes.
  const name = page.getByLabel("项目名称");
  await name.focus();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.imeSetComposition", { text: "lin'gang", selectionStart: 8, selectionEnd: 8 });
  await page.clock.fastForward(60_000);
  assert.deepEqual(sent, [], "no draft while composing");
  await devtools.send("Input.insertText", { text: "七都岛游艇码头与滨水商街" });
  await state(page, "草稿已保存");
  assert.ok(new URLSearchParams(sent[0]).get("name").endsWith("七都岛游艇码头与滨水商街"));
  await name.fill("七都岛游艇码头与滨水商街");

  await page.getByLabel("投资额（万元）").fill("1.2亿");
  await page.locator("#investment-reading", { hasText: "读作 12000 万元" }).waitFor();
  await page.locator("#investment-reading").getByLabel("读得对").check();
  await page.getByLabel("投资方名称").first().fill("某游艇有限公司");
  await page.locator("#investors").getByRole("button", { name: "再加一行" }).click();
  await page.getByLabel("投资方名称").nth(1).fill("某置业有限公司");
  await page.getByLabel("谋划", { exact: true }).fill("2017-05");

  // The connection is lost: the text stays in this browser and is sent when it is back.
  await page.context().setOffline(true);
  await page.getByLabel("基本情况").fill("断网时写的");
  await state(page, "已离线，内容保存在本机，恢复后自动保存");
  await page.context().setOffline(false);
  await state(page, "草稿已保存");
  assert.equal(new URLSearchParams(sent.at(-1)).get("basic_info"), "断网时写的");

  // It also outlives the page: drafts cannot be sent, the page is opened anew.
  await page.route("**/projects/drafts/*", (route) => route.abort("internetdisconnected"));
  await page.getByLabel("基本情况").fill("断网时写的一段话");
  await state(page, "已离线");
  await page.unroute("**/projects/drafts/*");
  await page.goto(`${demo.url}/projects/new`);
  await page.waitForURL("**/projects/new?draft=*");
  assert.equal(await page.getByLabel("基本情况").inputValue(), "断网时写的一段话");
  assert.equal(await page.getByLabel("投资方名称").nth(1).inputValue(), "某置业有限公司");
  assert.equal(await page.getByLabel("谋划", { exact: true }).inputValue(), "2017-05");
  page.complaints.length = 0; // the browser notes the requests that were meant to fail

  await page.getByLabel("县（市、区）").selectOption({ label: "鹿城区" });
  await state(page, "草稿已保存");
  await inspect(page, "project-typed");
  await page.getByLabel("签约日期").fill("不知道");
  await button(page, "保存");
  await page.locator(".zs-errors").waitFor();
  await inspect(page, "project-refused");
  await page.getByLabel("签约日期").fill("");
  await button(page, "保存");
  await page.getByText("项目已登记").waitFor();
  await inspect(page, "project");
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("zs-draft")).length), 0);
  const address = page.url().split("?")[0];

  await page.getByRole("link", { name: "修改", exact: true }).click();
  await page.getByLabel("投资额（万元）").fill("15000");
  await page.getByLabel("基本情况").fill("恢复后改写的一段话");
  await page.getByLabel("开工", { exact: true }).fill("2017-08-03");
  await page.getByLabel("修改说明").fill("可研批复调整");
  await button(page, "保存");
  await page.getByText("项目已保存").waitFor();
  await page.getByRole("link", { name: "修改历史" }).click();
  await page.locator("ins", { hasText: "15000" }).waitFor();
  await inspect(page, "project-history");

  await page.goto(`${demo.url}/projects/new`);
  await page.getByLabel("项目名称").fill("七都岛游艇码头与滨水商街（二期）");
  await page.locator("#twins-live", { hasText: "可能已有同一个项目" }).waitFor();
  await button(page, "保存");
  await page.getByRole("button", { name: "仍然保存" }).waitFor();
  await inspect(page, "project-twins");
  assert.equal(await page.locator("#twins-found a").first().getAttribute("href"), new URL(address).pathname);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the form is complete without script", async () => {
  const page = await reporter({ script: false });
  await page.goto(`${demo.url}/projects/new`);
  await page.getByLabel("项目名称").fill("无脚本登记的物流园");
  await page.getByLabel("投资额（万元）").fill("１２，０００");
  await page.locator("#investors").getByRole("button", { name: "再加一行" }).click();
  await page.getByLabel("投资方名称").nth(1).fill("后加的一家");
  await page.getByLabel("签约日期").fill("不知道");
  await button(page, "保存");
  await page.locator("#investment-error", { hasText: "读作 12000 万元" }).waitFor();
  await page.locator("#investment-reading").getByLabel("读得对").check();
  await page.getByLabel("签约日期").fill("2017-05");
  await page.locator("#signings").getByLabel("种类").selectOption("formal");
  await page.locator("#signings").getByLabel("层级").selectOption("city");
  await button(page, "保存");
  await page.getByText("项目已登记").waitFor();
  assert.ok((await page.content()).includes("后加的一家"));
  await page.context().close();
});

test("lists: the officer keeps them, rules too", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/projects/lists/new`);
  await page.getByLabel("清单名称").fill("重大项目谋划盯引清单");
  await button(page, "保存");
  await page.getByText("清单已保存").waitFor();
  await page.getByLabel("项目编号").fill("没有的编号");
  await button(page, "加入清单");
  await page.locator("#codes-error").waitFor();
  await inspect(page, "project-list-refused");
  await page.goto(`${demo.url}/projects/rules`);
  await inspect(page, "project-rules");
  await page.goto(`${demo.url}/projects/compare?from=2017-01-01&to=2017-11-30`);
  await inspect(page, "project-compare");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
