// A visit with what is to follow, recorded and settled: with a mouse, and without script. Finding enterprises.
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

const day = (offset) => new Date(Date.now() + 8 * 3600e3 + offset * 86400e3).toISOString().slice(0, 10);

/** Records a visit with one follow-up, settles it, and leaves the page at the visit. */
async function recordAndSettle(page, what) {
  await page.goto(`${demo.url}/cooperation/visits`);
  await page.getByRole("link", { name: "登记走访推介" }).first().click();
  await page.getByLabel("日期", { exact: true }).fill(day(-1));
  await page.getByLabel("对方单位", { exact: true }).fill("不在名录里的公司");
  await page.getByLabel("要跟进什么").first().fill(what);
  await page.getByLabel("责任人", { exact: true }).first().fill("李四");
  await page.getByLabel("期限").first().fill(day(3));
  await page.getByRole("button", { name: "保存", exact: true }).last().click();
  await page.locator("#counterpart-error").waitFor();
  assert.equal(await page.getByLabel("要跟进什么").first().inputValue(), what, "what was typed stays");
  await page.getByLabel("对方单位", { exact: true }).fill("中国铁路工程集团有限公司");
  await page.getByRole("button", { name: "保存", exact: true }).last().click();
  await page.getByText("走访推介已保存").waitFor();
  await page.getByText("还有3天").first().waitFor();
  await page.getByRole("link", { name: new RegExp(`^办理.*${what}`) }).click();
  await page.getByRole("button", { name: "确认" }).click();
  await page.locator("#note-error").waitFor();
  await page.getByLabel("办理结果和佐证，或取消的原因").fill("方案已函送对方");
  await page.getByRole("button", { name: "确认" }).click();
  await page.getByText("办理情况已保存").waitFor();
  await page.getByText("方案已函送对方").first().waitFor();
}

for (const script of [true, false]) {
  test(`a visit is recorded and what follows it is settled, ${script ? "with" : "without"} script`, async () => {
    const page = await open(browser, { script });
    await signIn(page, demo, "reporter-jtjt");
    await recordAndSettle(page, script ? "报送合作方案" : "报送资料清单");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("an enterprise is found by initials, and a former name says what it is called now", async () => {
  const page = await open(browser);
  await signIn(page, demo, "reporter-jtjt");
  await page.goto(`${demo.url}/cooperation/central`);
  await page.locator("#q").fill("zsy");
  await page.getByRole("button", { name: "查找" }).click();
  await page.locator("tbody th", { hasText: "中国石油天然气集团有限公司" }).waitFor();
  await inspect(page, "cooperation-central-found");
  await page.goto(`${demo.url}/projects/new`);
  await page.locator("#investors\\.0\\.ownership").selectOption("central");
  await page.locator("#investors\\.0\\.name").fill("神华集团有限责任公司");
  await page.locator("#investors\\.0\\.name-central").filter({ hasText: "现为“国家能源投资集团有限责任公司”" }).waitFor();
  assert.equal(await page.locator("#investors\\.0\\.name").inputValue(), "神华集团有限责任公司");
  await page.locator("#investors\\.0\\.name").fill("zgsy");
  await page.locator("#investors\\.0\\.name-found option[value='中国石油天然气集团有限公司']").waitFor({ state: "attached" });
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the pages of cooperation at both sizes", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  for (const [name, place] of [
    ["cooperation-visits", "/cooperation/visits"],
    ["cooperation-visits-none", "/cooperation/visits?q=%E6%B2%A1%E6%9C%89"],
    ["cooperation-visit-new", "/cooperation/visits/new"],
    ["cooperation-follow-ups", "/cooperation/follow-ups?whose=all&state=all"],
    ["cooperation-central", "/cooperation/central"],
    ["cooperation-provincial", "/cooperation/provincial"],
    ["cooperation-record-new", "/cooperation/central/new"],
  ]) {
    await page.goto(demo.url + place);
    await inspect(page, name);
  }
  await page.goto(`${demo.url}/cooperation/visits`);
  await page.locator("tbody th a").first().click();
  await inspect(page, "cooperation-visit");
  await page.context().close();
  const reporter = await open(browser);
  await signIn(reporter, demo, "reporter-jtjt");
  await reporter.goto(`${demo.url}/cooperation/follow-ups`);
  await reporter.locator("tbody th a").first().click();
  await inspect(reporter, "cooperation-follow-up");
  await reporter.context().close();
});
