// What became of what was signed: a number of the board leads to its list, and the list sums to it; a spelling is tied to
// an event and the board follows; the rates with their two sides; an enterprise on one page.
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

async function as(role, options) {
  const page = await open(browser, options);
  await signIn(page, demo, role);
  return page;
}

async function ends(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

/** Hundredths of a 分 would be lost in floats: whole 分 as BigInt, from 万元 with up to six places. */
function fen(wan) {
  const [whole, part = ""] = wan.trim().split(".");
  return BigInt(whole + part.padEnd(6, "0"));
}

/** Sums a list over all its pages: projects and 分. */
async function summed(page) {
  let [projects, amount] = [0, 0n];
  for (;;) {
    const rows = page.locator("#items tbody tr");
    for (let at = 0; at < (await rows.count()); at += 1) {
      const cells = rows.nth(at).locator("td");
      projects += Number(await cells.nth(5).textContent());
      const text = (await cells.nth(6).evaluate((cell) => cell.firstChild.textContent)).trim();
      if (text !== "—") amount += fen(text);
    }
    const next = page.getByRole("link", { name: "下一页" });
    if ((await next.count()) === 0) return [projects, amount];
    await next.click();
    await page.waitForLoadState();
  }
}

test("numbers of the board lead to lists that sum to them", async () => {
  const page = await as("leader");
  await page.goto(`${demo.url}/cohorts?as_of=2017-11-24`);
  await page.getByRole("heading", { name: "签约转化看板" }).waitFor();
  await inspect(page, "cohorts");
  const links = page.locator("#cohorts a.zs-figure:has(strong)");
  const count = await links.count();
  assert.ok(count > 12, "the demo fills the board");
  // The total's places and some of the rows'.
  const chosen = [0, 1, 2, Math.floor(count / 2), count - 5, count - 4, count - 3, count - 2, count - 1];
  for (const at of chosen) {
    const link = links.nth(at);
    const projects = Number(await link.locator("strong").textContent());
    const amount = fen(await link.locator(".zs-cohorts__amount").textContent());
    const where = await link.getAttribute("title");
    await link.click();
    await page.waitForURL("**/cohorts/list?**");
    assert.equal(Number(await page.locator("#sum-projects").textContent()), projects, where);
    assert.equal(fen(await page.locator("#sum-amount").textContent()), amount, where);
    assert.deepEqual(await summed(page), [projects, amount], where);
    await page.goto(`${demo.url}/cohorts?as_of=2017-11-24`);
  }
  await page.getByRole("link", { name: /另有\d+份升级协议/ }).click();
  await page.getByRole("heading", { name: /升级协议/ }).waitFor();
  await inspect(page, "cohort-list");
  await page.goto(`${demo.url}/rates?as_of=2017-11-24`);
  await inspect(page, "rates");
  const total = page.locator("#rates tfoot td").nth(1);
  const upper = total.getByRole("link").first();
  const funds = fen(await upper.textContent());
  assert.ok(funds > 0n, "money is in place in the demo");
  await upper.click();
  await page.waitForURL("**/cohorts/list?**");
  assert.equal((await summed(page))[1], funds);
  await ends(page);
});

test("the board asks for rows by the keyboard, without script too", async () => {
  const page = await as("officer", { script: false });
  await page.goto(`${demo.url}/cohorts`);
  await page.getByLabel("按什么分行").selectOption({ label: "企业" });
  await page.getByLabel("签约种类").selectOption({ label: "正式" });
  await page.getByRole("button", { name: "查看" }).press("Enter");
  await page.waitForURL("**/cohorts?by=enterprise**");
  await page.locator("#cohorts tbody th a").first().click();
  await page.waitForURL("**/enterprises/*");
  await page.getByRole("heading", { name: "签约转化与四率" }).waitFor();
  await page.context().close();
});

test("an event is registered, a text tied to it, and the board follows", async () => {
  const page = await as("officer");
  await page.goto(`${demo.url}/events`);
  await inspect(page, "events");
  await page.getByRole("link", { name: "市领导走访在外温商" }).click();
  await inspect(page, "event");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: /取消归并/ }).click();
  await page.getByText("归并已取消").waitFor();
  await page.goto(`${demo.url}/events`);
  await page.getByText("“市领导走访温商”").waitFor();
  await inspect(page, "events-loose");
  await page.getByRole("link", { name: "登记成活动" }).click();
  await page.getByLabel("种类").selectOption({ label: "领导走访" });
  await page.getByLabel("开始日期").fill("春天");
  await page.getByRole("button", { name: "保存" }).click();
  await page.locator("#from-error").waitFor();
  await inspect(page, "event-form");
  await page.getByLabel("开始日期").fill("2016-02");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("活动与走访已保存").waitFor();
  await page.goto(`${demo.url}/cohorts?as_of=2017-11-24`);
  await page.getByRole("rowheader", { name: /^市领导走访温商/ }).waitFor();
  await ends(page);
});

test("an enterprise on one page, its own for a clerk", async () => {
  const leader = await as("leader");
  await leader.goto(`${demo.url}/completion`);
  await leader.getByRole("link", { name: "温州银行股份有限公司" }).first().click();
  await leader.waitForURL("**/enterprises/*");
  await inspect(leader, "enterprise");
  await ends(leader);
  const clerk = await as("reporter");
  await clerk.getByRole("link", { name: "企业一页通" }).click();
  await clerk.waitForURL("**/enterprises/*");
  await clerk.getByText("接下来：").waitFor();
  await ends(clerk);
});
