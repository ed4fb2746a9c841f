// Steps that several stories share, in the words of the pages.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { NOTICE } from "./annex1.mjs";
import { axe } from "./axe.mjs";
import { DESKTOP, PHONE } from "./browser.mjs";
import { ROOT } from "./site.mjs";

/** Signs the page in as the demo's account of that login, or the first with that role. */
export async function signIn(page, demo, role) {
  const { login, password } = demo.accounts.find((account) => account.login === role) ?? demo.account(role);
  await page.goto(`${demo.url}/sign-in`);
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("口令", { exact: true }).fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

/** Uploads a file on the import page and arrives at what was understood. */
export async function upload(page, demo, file = NOTICE) {
  await page.goto(`${demo.url}/statements/import`);
  await page.getByLabel("Word、Excel 或 csv 文件").setInputFiles(file);
  await page.getByRole("button", { name: "上传并核对" }).click();
  await page.waitForURL("**/statements/drafts/*");
}

/** Ticks what is to be ticked and confirms the draft that is shown. */
export async function confirm(page) {
  const checked = page.locator("#checked");
  if ((await checked.count()) > 0) await checked.check();
  await page.getByRole("button", { name: "确认保存" }).click();
  await page.waitForURL("**/completion?*");
}

const words = async (cells) => (await cells.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());

/** The completion table as it stands on the page: [unit, target, done, rate] and the total last. */
export async function completionTable(page) {
  const rows = page.locator("#completion-table tbody tr, #completion-table tfoot tr");
  const table = [];
  for (let at = 0; at < (await rows.count()); at += 1) {
    table.push((await words(rows.nth(at).locator("th, td"))).slice(0, 4));
  }
  return table;
}

/** The tile whose label begins so: its figure without the small words. */
export async function tile(page, label) {
  const figure = page.locator(".zs-tile", { has: page.locator("dt", { hasText: label }) }).locator("dd").first();
  return (await figure.textContent()).trim().split(/\s/)[0];
}

const pictures = path.join(ROOT, "target/screenshots");

/** A page at both sizes: nothing for axe, nothing wider than the screen, no complaint; and its picture. */
export async function inspect(page, name) {
  for (const [size, view] of [["1366x768", DESKTOP], ["390x844", PHONE]]) {
    await page.setViewportSize(view);
    // The chart draws itself anew in the next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    mkdirSync(path.join(pictures, size), { recursive: true });
    await page.screenshot({ path: path.join(pictures, size, `${name}.png`), fullPage: true });
    assert.deepEqual(await axe(page), [], `${name} at ${size}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), view.width, `${name} at ${size} is as wide as the screen`);
  }
  await page.setViewportSize(DESKTOP);
  assert.deepEqual(page.complaints, [], name);
}
