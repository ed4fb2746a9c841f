// The way through: the notice's Word file in, its 附件1 looked at and confirmed, the table, its honest totals,
// where each figure comes from, and the Word file out again.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { HONEST, NOTICE, PUBLISHED, ROWS } from "../lib/annex1.mjs";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { ROOT } from "../lib/site.mjs";
import { completionTable, confirm, inspect, signIn, tile, upload } from "../lib/story.mjs";

let browser, demo;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// The demo has the notice's own year from the start. The stories bring the same table in for years of which
// nothing is known yet; elapsed time and honest totals are the same for each.

/** The published table is on the page, and nothing else. */
async function showsThePublishedTable(page) {
  assert.deepEqual(await completionTable(page), PUBLISHED);
  assert.equal(await tile(page, "完成率（合计）"), "128.74%");
  for (const [label, figure] of Object.entries(HONEST)) assert.equal(await tile(page, label), figure, label);
}

test("the demo begins with the published table", async () => {
  const page = await open(browser);
  await signIn(page, demo, "leader");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  await showsThePublishedTable(page);
  await page.locator(".zs-chart svg text", { hasText: "90309／10000" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the officer uploads the notice, looks at every row, answers, confirms, and has the published table", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await upload(page, demo);

  const rows = page.locator(".zs-grid tbody tr");
  assert.equal(await rows.count(), ROWS.length);
  for (const [at, [unit, target, done, rate]] of ROWS.entries()) {
    const row = rows.nth(at);
    assert.ok((await row.locator("th").textContent()).includes(unit), unit);
    assert.equal(await row.locator("input").nth(0).inputValue(), target, unit);
    assert.equal(await row.locator("input").nth(1).inputValue(), done, unit);
    assert.ok((await row.textContent()).includes(rate), unit);
  }
  assert.equal(await page.getByLabel("年度").inputValue(), "2017");
  assert.equal(await page.getByLabel("累计数截止日期").inputValue(), "2017-10-31");
  assert.deepEqual([...new Set(await rows.locator(".zs-state").allTextContents())], ["不变"]);

  await page.getByLabel("年度").fill("2018");
  await page.getByLabel("累计数截止日期").fill("2018-10-31");
  await page.getByRole("button", { name: "重新核对" }).click();
  await page.waitForLoadState("load");
  assert.deepEqual([...new Set(await rows.locator(".zs-state").allTextContents())], ["新增"]);

  // Nothing is saved before 确认.
  const beside = await page.context().newPage();
  await beside.goto(`${demo.url}/completion?year=2018&as_of=2018-10-31`);
  assert.match(await beside.locator(".zs-empty__what").textContent(), /还没有完成数/);
  await beside.close();

  await confirm(page);
  assert.match(page.url(), /year=2018&as_of=2018-10-31/);
  await page.getByText("报表已保存").waitFor();
  await showsThePublishedTable(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("each figure leads to the statement and the very file it came from", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  await page.locator("#completion-table tbody tr").first().getByRole("link", { name: "90309" }).click();
  await page.getByRole("heading", { name: /怎么来的/ }).waitFor();
  assert.match(await page.locator("main").textContent(), /90309/);
  await page.locator(".zs-source").first().click();
  await page.getByText("原件 SM3").waitFor();
  assert.equal(await page.locator(".zs-grid tbody tr").count(), ROWS.length);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载原件" }).click()]);
  assert.deepEqual(readFileSync(await download.path()), readFileSync(NOTICE));
  assert.match(download.suggestedFilename(), /\.docx$/);
  await page.context().close();
});

test("each tile says where its figure comes from", async () => {
  const page = await open(browser);
  await signIn(page, demo, "leader");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  for (const label of ["完成率（合计）", ...Object.keys(HONEST)]) {
    const figure = await tile(page, label);
    await page.locator(".zs-tile", { hasText: label }).getByRole("link", { name: "怎么来的" }).click();
    assert.ok((await page.locator(".zs-tile__figure").first().textContent()).includes(figure), label);
    await page.goBack();
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the analysis leaves from the same menu, named by its day", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  await page.locator(".zs-export > summary").click();
  await inspect(page, "completion-export");
  for (const [words, extension] of [["Word", "docx"], ["Excel", "xlsx"], ["PDF", "pdf"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: `导出分析 ${words}` }).click()]);
    assert.equal(download.suggestedFilename(), `2017年1-10月市级国有企业招商引资情况分析（截至2017-10-31）.${extension}`);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the Word file it gives imports to the same rows, all unchanged", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  await page.locator(".zs-export > summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /导出 Word/ }).click()]);
  const kept = path.join(ROOT, "target/e2e-files/completion.docx");
  mkdirSync(path.dirname(kept), { recursive: true });
  copyFileSync(await download.path(), kept);

  await upload(page, demo, kept);
  const rows = page.locator(".zs-grid tbody tr");
  assert.equal(await rows.count(), ROWS.length);
  for (const [at, [unit, target, done]] of ROWS.entries()) {
    const row = rows.nth(at);
    assert.ok((await row.locator("th").textContent()).includes(unit), unit);
    assert.equal(await row.locator("input").nth(0).inputValue(), target, unit);
    assert.equal(await row.locator("input").nth(1).inputValue(), done, unit);
    assert.deepEqual(await row.locator(".zs-state").allTextContents(), ["不变", "不变"], unit);
  }
  await page.context().close();
});

test("the month picker shows another month by itself", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
  await page.getByLabel("截至月份").dispatchEvent("pointerdown");
  await Promise.all([page.waitForURL(/month=9/), page.getByLabel("截至月份").selectOption("9")]);
  await page.getByText("截至2017年9月30日").first().waitFor();
  await page.context().close();
});

test("without script the whole way is the same", async () => {
  const page = await open(browser, { script: false });
  await signIn(page, demo, "officer");
  await upload(page, demo);
  await page.getByLabel("年度").fill("2019");
  await page.getByLabel("累计数截止日期").fill("2019-10-31");
  await page.getByRole("button", { name: "重新核对" }).click();
  await confirm(page);
  await showsThePublishedTable(page);
  assert.equal(await page.locator(".zs-chart").isVisible(), false);
  await page.getByLabel("截至月份").selectOption("11");
  await page.getByRole("button", { name: "查看" }).click();
  await page.getByText("截至2019年11月30日").first().waitFor();
  await page.context().close();
});

test("by keyboard alone the whole way is the same", async () => {
  const page = await open(browser);
  const { login, password } = demo.account("officer");
  const tabTo = async (target) => {
    for (let stop = 0; stop < 150; stop += 1) {
      await page.keyboard.press("Tab");
      if (await target.evaluate((part) => part === document.activeElement)) return;
    }
    assert.fail(`Tab never reaches ${target}`);
  };
  const enter = (address) => Promise.all([page.waitForURL(address), page.keyboard.press("Enter")]);

  await page.goto(`${demo.url}/sign-in`);
  await tabTo(page.getByLabel("登录名"));
  await page.keyboard.type(login);
  await tabTo(page.getByLabel("口令", { exact: true }));
  await page.keyboard.type(password);
  await enter((url) => url.pathname !== "/sign-in");
  await tabTo(page.getByRole("link", { name: "报表导入" }));
  await enter("**/statements");
  await tabTo(page.getByRole("main").getByRole("link", { name: "导入附件1" }).first());
  await enter("**/statements/import");
  // Asked for before the key is pressed: the browser must know in time that the choice is ours.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page.getByLabel("Word、Excel 或 csv 文件"));
  await page.keyboard.press("Space");
  await (await chooser).setFiles(NOTICE);
  await tabTo(page.getByRole("button", { name: "上传并核对" }));
  await enter("**/statements/drafts/*");

  await tabTo(page.getByLabel("年度"));
  await page.keyboard.type("2020");
  await tabTo(page.getByLabel("累计数截止日期"));
  await page.keyboard.type("2020");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("1031");
  assert.equal(await page.getByLabel("累计数截止日期").inputValue(), "2020-10-31");
  await tabTo(page.getByRole("button", { name: "重新核对" }));
  await page.keyboard.press("Enter");
  await page.getByText("新增").first().waitFor();
  if ((await page.locator("#checked").count()) > 0) {
    await tabTo(page.locator("#checked"));
    await page.keyboard.press("Space");
  }
  await tabTo(page.getByRole("button", { name: "确认保存" }));
  await enter("**/completion?*");
  await showsThePublishedTable(page);
  await page.context().close();
});
