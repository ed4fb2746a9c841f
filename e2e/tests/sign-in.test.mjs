// Coming in and going out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { signIn } from "../lib/story.mjs";

let browser, demo;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function attempt(page, login, password) {
  await page.goto(`${demo.url}/sign-in`);
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("口令", { exact: true }).fill(password);
  await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), page.getByRole("button", { name: "登录" }).click()]);
}

test("every role of the demo comes in and goes out, and the session is over then", async () => {
  for (const role of ["reporter", "approver", "officer", "leader", "system_admin", "security_admin", "audit_admin"]) {
    const page = await open(browser);
    await signIn(page, demo, role);
    const inside = page.url();
    assert.ok(await page.locator(".zs-nav__link").count(), `${role} sees some area`);
    const cookies = await page.context().cookies();
    assert.ok(cookies.every((cookie) => cookie.httpOnly && cookie.sameSite === "Lax"), role);
    await page.getByRole("button", { name: "退出" }).click();
    await page.waitForURL(/sign-in/);
    // The old cookie opens nothing any more.
    await page.context().addCookies(cookies);
    await page.goto(inside);
    assert.match(page.url(), /sign-in/, role);
    assert.deepEqual(page.complaints, [], role);
    await page.context().close();
  }
});

test("one comes to where one wanted to go", async () => {
  const page = await open(browser);
  await page.goto(`${demo.url}/targets?year=2017`);
  assert.match(page.url(), /sign-in/);
  const { login, password } = demo.account("officer");
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("口令", { exact: true }).fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.waitForURL("**/targets?year=2017");
  await page.context().close();
});

test("a wrong password is said at its field, in one sentence, and names nobody", async () => {
  const page = await open(browser);
  const { login } = demo.account("leader");
  await attempt(page, login, "wrong-Password-1");
  const known = await page.locator(".zs-field-error, .zs-errors").allTextContents();
  assert.ok(known.length > 0);
  assert.equal(await page.getByLabel("口令", { exact: true }).inputValue(), "");
  await attempt(page, "nobody-here", "wrong-Password-1");
  assert.deepEqual(await page.locator(".zs-field-error, .zs-errors").allTextContents(), known);
  await page.context().close();
});

test("after five wrong tries the account is locked, also after a restart", async () => {
  const page = await open(browser);
  const { login, password } = demo.account("approver");
  for (let turn = 0; turn < 5; turn += 1) await attempt(page, login, "wrong-Password-1");
  await attempt(page, login, password);
  assert.match(new URL(page.url()).pathname, /sign-in/);
  await demo.restart();
  await attempt(page, login, password);
  assert.match(new URL(page.url()).pathname, /sign-in/);
  await signIn(page, demo, "officer");
  await page.context().close();
});
