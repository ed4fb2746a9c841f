// Reminders: the inbox, how one is reminded, who is told next, rules and senders; with pictures of each page.
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

/** An account of an enterprise whose inbox has something. */
async function reminded(page) {
  for (const { login, role } of demo.accounts.filter((one) => one.role === "reporter")) {
    await page.context().clearCookies();
    await signIn(page, demo, login);
    if ((await page.locator(".zs-count").count()) > 0) return login;
    assert.equal(role, "reporter");
  }
  throw new Error("no reporter is reminded of anything");
}

test("a reminder is read and leads to what is to be done", async () => {
  const page = await open(browser);
  await reminded(page);
  await page.getByRole("link", { name: /消息/ }).click();
  await inspect(page, "inbox");
  const before = await page.locator(".zs-list > li").count();
  await page.getByRole("button", { name: /去办理/ }).first().click();
  await page.waitForURL(/\/returns\//);
  await page.goto(`${demo.url}/inbox?show=unread`);
  assert.equal(await page.locator(".zs-list > li").count(), before - 1);
  await page.context().close();
});

test("contact, ways and calendar are set on the account page, without script too", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, { script: javaScriptEnabled });
    await signIn(page, demo, "approver");
    await page.goto(`${demo.url}/account`);
    await page.getByLabel("邮箱").fill("不是邮箱");
    await page.getByRole("button", { name: "保存联系方式" }).click();
    assert.match(await page.locator("#email_address-error").textContent(), /邮箱写法不对/);
    await page.getByLabel("邮箱").fill("a@example.com");
    await page.getByRole("button", { name: "保存联系方式" }).click();
    await page.getByRole("status").filter({ hasText: "联系方式已保存" }).waitFor();
    await page.getByLabel("每日汇总时间").fill("22:00");
    await page.getByRole("button", { name: "保存提醒方式" }).click();
    assert.match(await page.locator("#digest_at-error").textContent(), /免打扰时段/);
    await page.getByLabel("每日汇总时间").fill("8:30");
    await page.getByRole("button", { name: "保存提醒方式" }).click();
    await page.getByRole("status").filter({ hasText: "提醒方式已保存" }).waitFor();
    await page.getByRole("button", { name: /订阅地址/ }).click();
    const url = await page.locator("#feed-url").textContent();
    const feed = await (await fetch(url)).text();
    assert.ok(feed.startsWith("BEGIN:VCALENDAR\r\n") && feed.includes("TZID:Asia/Shanghai"));
    if (javaScriptEnabled) await inspect(page, "account-reminders");
    await page.context().close();
  }
});

test("the officer sees who is told next and sets the rules", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/reminders`);
  assert.ok((await page.locator(".zs-grid tbody tr").count()) > 3);
  await inspect(page, "reminders-overview");
  await page.getByRole("link", { name: "提醒规则" }).click();
  await page.getByLabel("逾期后每隔几天再提醒（天）").fill("5");
  await page.getByRole("button", { name: "保存提醒规则" }).click();
  await page.getByRole("status").filter({ hasText: "提醒规则已保存" }).waitFor();
  await inspect(page, "reminder-rules");
  await page.context().close();
});

test("a mail server that does not answer is said in words", async () => {
  const page = await open(browser);
  await signIn(page, demo, "system_admin");
  await page.goto(`${demo.url}/settings/sending`);
  await page.getByRole("textbox", { name: "服务器" }).fill("127.0.0.1");
  await page.getByLabel("端口").fill("9");
  await page.getByLabel("发件邮箱").fill("zs@example.com");
  await page.getByRole("button", { name: "保存邮件服务器" }).click();
  await page.getByRole("status").filter({ hasText: "邮件服务器已保存" }).waitFor();
  await page.getByLabel("测试邮件发给").fill("a@example.com");
  await page.getByRole("button", { name: "发送测试邮件" }).click();
  assert.match(await page.locator("#to-error").textContent(), /没有发出：连不上邮件服务器/);
  await inspect(page, "sending");
  await page.context().close();
});
