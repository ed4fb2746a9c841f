// Every page there is, found by following every link as every role: nothing for axe, nothing wider than the
// screen, no complaint of the browser, and its picture at both sizes in target/screenshots.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { ROOT } from "../lib/site.mjs";
import { confirm, inspect, signIn, upload } from "../lib/story.mjs";

const ROLES = ["officer", "leader", "reporter", "approver", "system_admin", "security_admin", "audit_admin"];
// Downloads, not pages.
const FILES = /\.(docx|xlsx|pdf|csv)$|\/file$|\/files\/[^/]+$|\/audit\/heads$|\/collected\/\w+$|\/form\/\w+$|\/scans\/\d+$|\/files\.zip$|\/document\/\w+$|\/blank\/|\.ics$/;

let browser, demo;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Pages that differ only in their numbers are one page; a figure explained is a page of its own. */
function kindOf(url) {
  const { pathname, searchParams } = new URL(url);
  const what = ["figure", "kind"].map((name) => searchParams.get(name)).filter(Boolean);
  const unit = searchParams.has("unit") ? ["unit"] : [];
  const place = pathname.split("/").filter(Boolean).map((part) => (/^\d+$/.test(part) ? "one" : part));
  return [...place, ...what, ...unit].join("-") || "home";
}

async function everyPage(page, role, seen) {
  const queue = [`${demo.url}/`, page.url()];
  const visited = new Set();
  while (queue.length > 0) {
    const url = queue.shift();
    const kind = kindOf(url);
    if (visited.has(kind) || FILES.test(new URL(url).pathname)) continue;
    visited.add(kind);
    const answer = await page.goto(url);
    assert.ok(answer.status() < 400, `${role}: ${url} answers ${answer.status()}`);
    const arrived = kindOf(page.url());
    if (!seen.has(arrived)) {
      seen.add(arrived);
      await inspect(page, arrived);
    }
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => new URL(link.getAttribute("href"), document.baseURI).href.split("#")[0]));
    queue.push(...links.filter((link) => link.startsWith(demo.url)));
  }
  assert.deepEqual(page.complaints, [], role);
}

test("pages for those not signed in", async () => {
  const page = await open(browser);
  for (const [name, place] of [["sign-in", "/sign-in"], ["activate", "/activate"]]) {
    await page.goto(demo.url + place);
    await inspect(page, name);
  }
  await page.goto(`${demo.url}/sign-in`);
  await page.getByLabel("登录名").fill("nobody");
  await page.getByLabel("口令", { exact: true }).fill("wrong-Password-1");
  await page.getByRole("button", { name: "登录" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "sign-in-refused");
  await page.context().close();
});

test("before anything is imported: what is empty says what to do next", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  for (const [name, place] of [["completion-empty", "/completion?year=2016&as_of=2016-10-31"], ["statements-empty", "/statements"], ["targets-empty", "/targets?year=2016"]]) {
    await page.goto(demo.url + place);
    await inspect(page, name);
  }
  await page.context().close();
});

test("import: upload, what was understood, a refused file", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/statements/import`);
  await inspect(page, "import");
  await page.getByLabel("Word、Excel 或 csv 文件").setInputFiles({ name: "空.docx", mimeType: "application/octet-stream", buffer: Buffer.from("not a document") });
  await page.getByRole("button", { name: "上传并核对" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "import-refused");

  const doubtful = "企业名称,任务数（万元）,完成数（万元）,完成率\n温州银行股份有限公司,１万,90309,903.09%\n温州不存在集团有限公司,5000,约100,2%\n合计,15000,99999,1%\n";
  await upload(page, demo, { name: "存疑.csv", mimeType: "text/csv", buffer: Buffer.from(doubtful) });
  await inspect(page, "import-doubts");
  await page.getByRole("button", { name: "确认保存" }).click();
  await page.locator(".zs-errors, .zs-notes--ask").first().waitFor();
  await inspect(page, "import-open");
  await page.getByRole("button", { name: "取消导入" }).click();
  await page.waitForURL("**/statements?*");

  await upload(page, demo);
  await inspect(page, "import-preview");
  await confirm(page);
  await inspect(page, "completion");
  if (process.env.UPDATE_SCREENSHOT === "1") { // the README's picture
    const picture = path.join(ROOT, "docs/images/completion.png");
    mkdirSync(path.dirname(picture), { recursive: true });
    await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
    await page.screenshot({ path: picture, fullPage: true });
  }
  await page.context().close();
});

test("every page that links lead to, as every role", async () => {
  const seen = new Set();
  for (const role of ROLES) {
    const page = await open(browser);
    await signIn(page, demo, role);
    await everyPage(page, role, seen);
    await page.context().close();
  }
  assert.ok(seen.size >= 15, `${seen.size} pages: ${[...seen]}`);
});

test("a form begins with what is stored", async () => {
  const page = await open(browser);
  await signIn(page, demo, "system_admin");
  await page.goto(`${demo.url}/people`);
  const person = page.locator(".zs-grid tbody th a").first();
  const name = await person.textContent();
  await person.click();
  assert.equal(await page.getByLabel("姓名").inputValue(), name);
  await page.goto(`${demo.url}/units`);
  await page.getByRole("link", { name: /修改.*温州银行/ }).click();
  assert.equal(await page.getByLabel("全称").inputValue(), "温州银行股份有限公司");
  await page.context().close();
});

test("refused forms and conflicts", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/targets?year=2017`);
  await page.getByRole("link", { name: /调整|下达/ }).first().click();
  await page.getByLabel("任务数（万元）").fill("一万");
  await page.getByRole("button", { name: "保存" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "target-refused");
  const place = page.url();

  // Two people save the same thing: the second sees both versions.
  const other = await page.context().newPage();
  await other.goto(place);
  await page.goto(place);
  for (const [who, amount] of [[other, "12000"], [page, "13000"]]) {
    await who.getByLabel("任务数（万元）").fill(amount);
    await who.getByLabel("生效日期").fill("2017-11-01");
    await who.getByLabel("调整理由").fill("年中调整");
    await who.getByRole("button", { name: "保存" }).click();
    await who.waitForLoadState("load");
  }
  await page.locator(".zs-versions").waitFor();
  await inspect(page, "target-conflict");
  await page.context().close();
});

const table = (text) => ({ name: "表.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

async function bring(page, place, text) {
  await page.goto(demo.url + place);
  await page.getByLabel("csv 文件").setInputFiles(table(text));
  await page.getByRole("button", { name: "上传并核对" }).click();
  await page.waitForLoadState("load");
}

test("the calendar: a year not loaded, one brought in", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/calendar?year=2017`);
  await inspect(page, "calendar-2017");
  await page.goto(`${demo.url}/calendar?year=2035`);
  await inspect(page, "calendar-not-loaded");
  await bring(page, "/calendar/import", "日期,类别,节日\n2035-01-01,休,元旦\n2035-02-10,班,春节\n2035-02-12,休,春节\n");
  await inspect(page, "calendar-import-preview");
  await page.getByRole("button", { name: "取消，不保存" }).click();
  await page.waitForURL("**/calendar?*");
  await page.context().close();
});

test("tables: refused, wrong rows, what would change", async () => {
  const page = await open(browser);
  await signIn(page, demo, "system_admin");
  await bring(page, "/units/import", "甲,乙\n1,2\n");
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "table-refused");
  const header = "编号,全称,简称,类别,上级单位,曾用名,排序号,启用日期,停用日期\n";
  await bring(page, "/units/import", `${header},温州银行股份有限公司,温州银行改,国有企业,没有的单位,,第一,2017-02-30,\n`);
  await inspect(page, "table-wrong");
  await bring(page, "/units/import", `${header},温州新设集团有限公司,新设集团,国有企业,市国资委,,900,,\n,温州银行股份有限公司,温州银行改,国有企业,市国资委,,10,,\n`);
  await inspect(page, "table-preview");
  await page.getByRole("button", { name: "取消，不保存" }).click();
  await page.waitForURL("**/units?*");
  await page.context().close();
});

test("one's own account: a token made, a password refused", async () => {
  const page = await open(browser);
  await signIn(page, demo, "leader");
  await page.goto(`${demo.url}/account`);
  await page.getByLabel("用途").fill("每日取数");
  await page.getByRole("button", { name: "生成令牌" }).click();
  await page.locator("#secret-value").waitFor();
  await inspect(page, "account-token");
  await page.goto(`${demo.url}/account/password`);
  await page.getByLabel("现在的口令").fill("wrong");
  await page.getByLabel("新口令").fill("Brand-New-2018");
  await page.getByLabel("再输入一次").fill("Brand-New-2018");
  await page.getByRole("button", { name: "更换口令" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "password-refused");
  await page.context().close();
});

test("who acts for whom: refused, arranged", async () => {
  const page = await open(browser);
  await signIn(page, demo, "security_admin");
  await page.goto(`${demo.url}/people`);
  await page.getByRole("link", { name: "演示经办" }).click();
  await page.getByRole("link", { name: "代办与交接" }).click();
  const delegation = page.locator("form[action$='/delegation']");
  await delegation.getByRole("button", { name: "授权代办" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "duties-refused");
  await delegation.getByLabel("代办人").selectOption({ index: 1 });
  await delegation.getByLabel("截止日期").fill(await delegation.getByLabel("开始日期").inputValue());
  await delegation.getByLabel("理由").fill("出差");
  await delegation.getByRole("button", { name: "授权代办" }).click();
  await page.waitForURL("**/duties?*");
  await inspect(page, "duties");
  await page.getByRole("button", { name: "结束", exact: true }).click();
  await page.waitForURL("**/duties?*");
  await page.context().close();
});

test("settings: refused, and with their history", async () => {
  const page = await open(browser);
  await signIn(page, demo, "security_admin");
  await page.goto(`${demo.url}/settings`);
  await page.getByLabel("输错锁定（次）").fill("零");
  await page.getByRole("button", { name: "保存安全设置" }).click();
  await page.locator(".zs-field-error").first().waitFor();
  await inspect(page, "settings-refused");
  await page.getByLabel("输错锁定（次）").fill("6");
  await page.getByRole("button", { name: "保存安全设置" }).click();
  await page.waitForURL("**/settings?*");
  await inspect(page, "settings-security");
  await page.context().close();
});

test("what is not there", async () => {
  const page = await open(browser);
  await signIn(page, demo, "officer");
  await page.goto(`${demo.url}/nowhere`);
  await inspect(page, "not-found");
  await page.context().close();
});
