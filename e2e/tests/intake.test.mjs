// A clerk's own Word form into 附件2: dropped, the doubt seen, corrected, confirmed, the draft has the rows; with and
// without script.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { ROOT } from "../lib/site.mjs";
import { inspect, signIn } from "../lib/story.mjs";

const FIXTURES = path.join(ROOT, "crates/documents/tests/data/projects");

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

/** From the return's page to what was understood of a file. */
async function upload(page, file) {
  await page.goto(`${demo.url}/returns`);
  await page.getByRole("main").getByRole("link", { name: "从文件导入" }).click();
  await page.getByLabel("Word、Excel 或 csv 文件").setInputFiles(path.join(FIXTURES, file));
  await button(page, "上传并核对");
}

async function confirm(page) {
  for (const box of await page.locator("#unit_confirmed, #checked").all()) await box.check();
  await button(page, "确认导入");
  await page.getByText("文件已导入").waitFor();
}

test("dropped, doubted, corrected, confirmed", async () => {
  const page = await open(browser);
  await signIn(page, demo, "reporter");
  await page.goto(`${demo.url}/returns/annex2/intake`);
  await inspect(page, "intake");
  await upload(page, "a2-word-in-slot-1.docx");
  await page.waitForURL("**/returns/drafts/*");
  await button(page, "取消导入，不保存");
  await page.getByText("没有保存任何内容").waitFor();

  await upload(page, "a2-word-amounts.docx");
  await page.waitForURL("**/returns/drafts/*");
  await inspect(page, "intake-preview");
  const fourth = page.locator("#row_4");
  assert.match(await fourth.textContent(), /约50000[\s\S]*第1个表/, "the source cell is quoted with its place");
  assert.ok(await fourth.locator(".zs-cell--doubt .zs-cell__why").count(), "the doubt stands beside its cell");
  await page.locator("#investment_wan_4").fill("5.2亿");
  await page.getByRole("button", { name: "有存疑" }).click();
  await page.waitForURL("**show=doubt");
  await page.goto(page.url().split("?")[0]);
  assert.equal(await page.locator("#investment_wan_4").inputValue(), "52000", "changing the view keeps what was typed");
  await page.locator("input[name=skip_15]").check();
  await confirm(page);
  const main = await page.getByRole("main").textContent();
  assert.ok(main.includes("项目丁") && !main.includes("项目辰"), "the rows are in the draft, the one left out is not");
  assert.ok(main.includes("52000"));
  await page.getByRole("link", { name: "a2-word-amounts.docx" }).waitFor();
  await inspect(page, "intake-return");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("without script the whole way is the same, and a wrong file says where it belongs", async () => {
  const page = await open(browser, { script: false });
  await signIn(page, demo, "reporter");
  await upload(page, "a2-word-empty.docx");
  await page.locator(".zs-errors").waitFor();
  await upload(page, "a2-word-plain.docx");
  await page.waitForURL("**/returns/drafts/*");
  for (const choice of await page.locator("select[name^=project_].is-invalid").all()) await choice.selectOption("new");
  await button(page, "保存改动，重新核对");
  await confirm(page);
  assert.ok((await page.getByRole("main").textContent()).includes("瓯江口现代物流园"));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
