// Mail end to end: the mailbox is set, a clerk's mail becomes drafts and is answered, a stranger's waits in the tray and is
// given to a person; nothing is handed in before the person's own confirmation.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { letter, Post, until } from "../lib/mail.mjs";
import { Demo } from "../lib/server.mjs";
import { ROOT } from "../lib/site.mjs";
import { inspect, signIn } from "../lib/story.mjs";

const FIXTURES = path.join(ROOT, "crates/documents/tests/data/projects");
const ADJUSTMENTS = path.join(FIXTURES, "a2-word-amounts.docx");
const COOPERATION = path.join(FIXTURES, "a3-word-merged-class.docx");

let browser, demo, post;
before(async () => {
  post = await Post.start();
  process.env.ZHAOSHANG_OUTBOUND_CA_FILE = post.ca;
  process.env.ZHAOSHANG_WORKER_MAIL_SECONDS = "1";
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await post?.stop();
});

const button = (page, name) => page.getByRole("button", { name, exact: true }).click();

async function api(login, method, address, body) {
  const headers = { authorization: `Bearer ${demo.token(login)}`, "content-type": "application/json", "if-match": '"0"' };
  const answer = await fetch(demo.url + address, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${address}: ${await answer.clone().text()}`);
  return answer.json();
}

test("the mailbox is set and tried", async () => {
  const page = await open(browser);
  const system = demo.account("system_admin").login;
  await signIn(page, demo, system);
  const server = { host: "127.0.0.1", port: post.smtp, tls: "implicit", user: "zs", password: "geheim", from_address: "zs@example.com", from_name: "招商引资" };
  await api(system, "PUT", "/api/v1/sending/mail", server);
  await page.goto(`${demo.url}/settings/mailbox`);
  await page.getByLabel("收件服务器（IMAP）").fill("没有 这样的");
  await page.getByLabel("登录名").fill("zs");
  await button(page, "保存收件邮箱");
  await page.locator("#host-error").waitFor();
  await page.getByLabel("收件服务器（IMAP）").fill("127.0.0.1");
  await page.getByLabel("端口").fill(String(post.imap));
  await page.getByLabel("口令或授权码").fill("falsch");
  await button(page, "保存收件邮箱");
  await page.getByRole("status").filter({ hasText: "收件邮箱已保存" }).waitFor();
  await button(page, "试连接");
  await page.getByText("不让登录").first().waitFor();
  await page.getByLabel("口令或授权码").fill("geheim");
  await button(page, "保存收件邮箱");
  await button(page, "试连接");
  await page.getByRole("status").filter({ hasText: "连接成功" }).waitFor();
  await inspect(page, "mailbox-settings");
  await page.context().close();
});

test("a clerk's mail becomes drafts, is answered in its conversation, and waits for the clerk", async () => {
  const { login } = demo.account("reporter");
  post.arrive(1, letter({ from: `${login}@example.com`, id: "first", subject: "两张表", files: [ADJUSTMENTS, COOPERATION] }));
  const answer = await until("the answer", () => post.sent().find((mail) => mail.in_reply_to === "<first@example.com>"));
  assert.deepEqual(answer.to, [`${login}@example.com`]);
  assert.equal(answer.auto_submitted, "auto-replied");
  assert.equal(answer.subject, "回复：两张表");
  for (const words of ["a2-word-amounts.docx", "a3-word-merged-class.docx", "读作：附件2", "读作：附件3", "处疑问", "还没有报送任何内容"]) {
    assert.ok(answer.text.includes(words), `${words}: ${answer.text}`);
  }
  const page = await open(browser);
  await signIn(page, demo, login);
  await page.goto(`${demo.url}/todo`);
  const waiting = page.getByText("文件已读成草稿，等您核对、确认").locator("..");
  assert.equal(await waiting.getByRole("link").count(), 2);
  await inspect(page, "todo-mailed");
  const before = await page.request.get(`${demo.url}/returns?kind=annex3`);
  assert.ok((await before.text()).includes("由邮件发来"));
  await waiting.getByRole("link", { name: /a2-word-amounts/ }).click();
  await page.waitForURL("**/returns/drafts/*");
  assert.ok(answer.text.includes(new URL(page.url()).pathname), "the answer names the same draft");
  await page.locator("input[name=skip_15]").check();
  for (const box of await page.locator("#unit_confirmed, #checked").all()) await box.check();
  await button(page, "确认导入");
  await page.getByText("文件已导入").waitFor();
  const main = await page.getByRole("main").textContent();
  assert.ok(main.includes("项目丁") && main.includes("草稿"), "in the return's draft, not handed in");
  await page.goto(`${demo.url}/todo`);
  assert.equal(await waiting.getByRole("link").count(), 1, "the other still waits");
  await waiting.getByRole("link").click();
  await button(page, "取消导入，不保存");
  await page.getByText("没有保存任何内容").waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a stranger's mail waits in the tray until an officer gives it to a person", async () => {
  post.arrive(2, letter({ from: "stranger@example.org", id: "second", subject: "附件2报送", text: "领导好：\n\n附件2请查收。\n李四", files: [ADJUSTMENTS] }));
  post.arrive(3, letter({ from: `${demo.account("reporter").login}@example.com`, id: "third", subject: "本期无调整", text: "本期无调整" }));
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await until("the mails", async () => {
    await page.goto(`${demo.url}/mailbox`);
    return (await page.getByText("stranger@example.org").count()) > 0 && (await page.getByRole("link", { name: "本期无调整" }).count()) > 0;
  });
  await inspect(page, "mailbox");
  await page.goto(`${demo.url}/todo`);
  await page.getByText("待处理来信").waitFor();
  await page.goto(`${demo.url}/mailbox`);
  await page.getByRole("row", { name: /stranger@example.org/ }).getByRole("link").click();
  await page.getByText("附件2请查收").waitFor();
  await inspect(page, "mailbox-mail");
  await button(page, "指派");
  await page.locator("#person-error").waitFor();
  const option = page.locator("#person option").last();
  await page.locator("#person").selectOption(await option.getAttribute("value"));
  await button(page, "指派");
  await page.getByRole("status").filter({ hasText: "已指派" }).waitFor();
  await page.getByRole("link", { name: "本期无调整" }).click();
  await page.getByLabel("怎样处理的").fill("已电话告知作零报告");
  await button(page, "办结");
  await page.getByRole("status").filter({ hasText: "已办结" }).waitFor();
  const told = await until("the person is told", () => post.sent().find((mail) => mail.in_reply_to === "<second@example.com>"));
  assert.ok(!told.to.includes("stranger@example.org"), "a stranger is never answered");
  const none = await until("advice for the mail without a file", () => post.sent().find((mail) => mail.in_reply_to === "<third@example.com>"));
  assert.ok(none.text.includes("作零报告"), none.text);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
