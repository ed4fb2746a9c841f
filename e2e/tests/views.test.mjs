// Other views of the library: ten rows pasted, undone, corrected and saved; the board by keyboard; a filter shared; the
// structure and its map; and the table without script.
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

/** Pastes into the cell one is at, as Excel does: a table, and the same as plain text. */
async function paste(page, rows) {
  const quote = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const plain = `${rows.map((row) => row.map(quote).join("\t")).join("\r\n")}\r\n`;
  const cell = (text) => `<td>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>\n  ")}</td>`;
  const html = `<html><body><table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}</table></body></html>`;
  await page.evaluate(([plain, html]) => {
    const data = new DataTransfer();
    data.setData("text/plain", plain);
    data.setData("text/html", html);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, [plain, html]);
}

/** The name of the cell one is at. */
const at = (page) => page.evaluate(() => document.activeElement.name);
const value = (page, name) => page.locator(`[name="${name}"]`).inputValue();
/** The place of the first blank row. */
const blank = (page) => page.evaluate(() => Number(Array.from(document.querySelectorAll('[name$=".id"]')).find((one) => one.value === "").name.split(".")[1]));

test("ten rows pasted, the whole paste undone and done again, an error corrected, all saved at once", async () => {
  const page = await as("reporter-wzyh");
  await page.goto(`${demo.url}/projects/grid`);
  const first = await blank(page);
  await page.locator(`[name="rows.${first}.name"]`).click();
  await inspect(page, "grid");
  const rows = Array.from({ length: 10 }, (_, at) => [
    `粘贴的项目${at + 1}`, "现代物流", at === 3 ? "1.2亿" : String(1000 + at), at === 5 ? "杭州市" : "鹿城区", "近期", `第一行\n第二行“${at}”\t"引号"`,
  ]);
  await page.locator(`[name="rows.${first}.name"]`).focus();
  // The header that was copied along makes no project.
  await paste(page, [["项目名称", "产业", "投资额", "所在地", "近期/远期", "基本情况"], ...rows]);
  await page.getByText("已粘贴 10 行 6 列；已略去表头行").waitFor();
  assert.equal(await value(page, `rows.${first}.name`), "粘贴的项目1");
  assert.equal(await value(page, `rows.${first + 9}.basic_info`), '第一行\n第二行“9”\t"引号"');
  assert.equal(await page.locator("#sheet-count").textContent(), "改动 10 行");
  // One step, rows and all; and back.
  const count = await page.locator("tbody tr").count();
  await page.keyboard.press("Control+z");
  await page.getByText("已撤销粘贴").waitFor();
  assert.equal(await value(page, `rows.${first}.name`), "");
  assert.equal(await page.locator("#sheet-count").textContent(), "没有改动");
  assert.equal(await page.locator("tbody tr").count(), count - 5, "rows added for the paste go with it");
  await page.keyboard.press("Control+y");
  await page.getByText("已恢复粘贴").waitFor();
  assert.equal(await value(page, `rows.${first + 9}.name`), "粘贴的项目10");
  // What the server says of them stands beside the cells.
  await page.locator(`[id="rows.${first + 5}.district-error"]`, { hasText: "名录" }).waitFor();
  await page.getByText("读作 12000 万元，数额无误").waitFor();
  await inspect(page, "grid-pasted");
  // Saved as it is: nothing is, and all stands there still.
  await page.getByRole("button", { name: "全部保存" }).click();
  await page.getByText("整表没有保存").first().waitFor();
  assert.equal(await value(page, `rows.${first + 9}.name`), "粘贴的项目10");
  await inspect(page, "grid-refused");
  await page.locator(`[name="rows.${first + 5}.district"]`).click();
  await page.keyboard.type("瓯海区");
  await page.keyboard.press("Enter");
  await page.locator(`[id="rows.${first + 5}.district-error"]`).waitFor({ state: "detached" });
  await page.getByRole("button", { name: /金额都读得对/ }).click();
  await page.getByRole("button", { name: "全部保存" }).click();
  await page.getByText("表格已全部保存").waitFor();
  await page.goto(`${demo.url}/projects?q=${encodeURIComponent("粘贴的项目")}`);
  await page.getByText("共 10 个项目").waitFor();
  await ends(page);
});

test("the keyboard alone: move, type, open, give up, mark, clear, fill down; and an input method undisturbed", async () => {
  const page = await as("reporter-wzyh");
  await page.goto(`${demo.url}/projects/grid`);
  const row = await blank(page);
  await page.locator(`[name="rows.${row}.name"]`).focus();
  await page.keyboard.type("甲");
  await page.keyboard.press("Tab");
  assert.equal(await at(page), `rows.${row}.industry`);
  await page.keyboard.press("Shift+Tab");
  assert.equal(await at(page), `rows.${row}.name`);
  await page.keyboard.type("乙");
  assert.equal(await value(page, `rows.${row}.name`), "乙", "typing replaces");
  await page.keyboard.press("Escape");
  assert.equal(await value(page, `rows.${row}.name`), "甲", "Escape gives up");
  await page.keyboard.press("F2");
  await page.keyboard.type("丙");
  await page.keyboard.press("Enter");
  assert.equal(await value(page, `rows.${row}.name`), "甲丙");
  assert.equal(await at(page), `rows.${row + 1}.name`);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  assert.equal(await page.locator('td[aria-selected="true"]').count(), 3);
  await page.keyboard.press("Control+d");
  assert.equal(await value(page, `rows.${row + 2}.name`), "甲丙");
  await page.keyboard.press("Delete");
  assert.equal(await value(page, `rows.${row}.name`), "");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  assert.deepEqual([await value(page, `rows.${row}.name`), await value(page, `rows.${row + 1}.name`)], ["甲丙", ""]);
  await page.keyboard.press("End");
  assert.equal(await at(page), `rows.${row + 1}.remarks`);
  await page.keyboard.press("Control+Home");
  assert.equal(await at(page), "rows.0.name");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.closest("table")), null, "Tab leaves at the end");
  // An input method composes in the cell: arrows and Enter are its own.
  await page.locator(`[name="rows.${row + 1}.address"]`).focus();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.imeSetComposition", { text: "wen'zhou", selectionStart: 8, selectionEnd: 8 });
  for (const key of ["ArrowDown", "Enter"]) {
    await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: 229 });
  }
  assert.equal(await at(page), `rows.${row + 1}.address`);
  await devtools.send("Input.insertText", { text: "温州" });
  await page.keyboard.press("ArrowDown");
  assert.deepEqual([await value(page, `rows.${row + 1}.address`), await at(page)], ["温州", `rows.${row + 2}.address`]);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "sheet-save", "Escape leads out");
  // Leaving unsaved work is asked about.
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(`${demo.url}/projects`);
  await ends(page);
});

test("two hundred and more rows stay smooth", async () => {
  const page = await as("reporter-wzyh");
  await page.goto(`${demo.url}/projects/grid`);
  const first = await blank(page);
  await page.locator(`[name="rows.${first}.name"]`).focus();
  const rows = Array.from({ length: 240 }, (_, at) => [`大表项目${at}`, "现代物流", String(at + 1), "鹿城区", "近期", "基本情况"]);
  const before = Date.now();
  await paste(page, rows);
  await page.getByText("已粘贴 240 行").waitFor();
  const pasted = Date.now() - before;
  const stepped = await page.evaluate(() => {
    const began = performance.now();
    for (let step = 0; step < 50; step++) {
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
    }
    return (performance.now() - began) / 50;
  });
  console.log(`240 rows pasted in ${pasted} ms, ${stepped.toFixed(1)} ms a step`);
  assert.ok(pasted < 5000 && stepped < 60, `${pasted} ms, ${stepped} ms a step`);
  await page.getByRole("button", { name: "全部保存" }).click();
  await page.getByText("表格已全部保存").waitFor();
  page.on("dialog", (dialog) => dialog.accept());
  await ends(page);
});

test("the table without script: typed, refused beside its cell, saved", async () => {
  const page = await as("reporter-wzyh", { script: false });
  await page.goto(`${demo.url}/projects/grid?stage=planned`);
  const row = Number((await page.locator('[name$=".id"][value=""]').first().getAttribute("name")).split(".")[1]);
  await page.locator(`[name="rows.${row}.name"]`).fill("没有脚本的项目");
  await page.locator(`[name="rows.${row}.horizon"]`).fill("长远");
  await page.getByRole("button", { name: "全部保存" }).click();
  await page.getByText("请填 近期 或 远期").waitFor();
  await page.locator(`[name="rows.${row}.horizon"]`).fill("远期");
  await page.getByRole("button", { name: "全部保存" }).click();
  await page.getByText("表格已全部保存").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("stage"), "planned");
  await ends(page);
});

test("the board by keyboard: from card to card, to the next stage with its date, and back with its reason", async () => {
  const page = await as("reporter-wzyh");
  await page.goto(`${demo.url}/projects/board`);
  await inspect(page, "board");
  await page.locator(".zs-board").focus();
  await page.keyboard.press("ArrowDown");
  const name = () => page.evaluate(() => document.activeElement.textContent);
  const first = await name();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const beside = await name();
  assert.notEqual(beside, first);
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await name(), beside);
  await page.keyboard.press("ArrowUp");
  assert.equal(await name(), beside);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await name(), first);
  // The menu of the card, by key.
  await page.keyboard.press("m");
  await page.keyboard.press("Escape");
  assert.equal(await name(), first);
  await page.keyboard.press("m");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.to), "negotiating");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/move?to=negotiating**");
  await inspect(page, "move");
  await page.getByRole("button", { name: /记录并移到/ }).click();
  await page.getByText("请填写在谈的日期").first().waitFor();
  await page.getByLabel("在谈日期").fill("2017-10");
  await page.getByRole("button", { name: /记录并移到/ }).click();
  await page.getByText("已移动，事实已记录").waitFor();
  // The card keeps the focus.
  await page.waitForFunction((first) => document.activeElement.textContent === first, first);
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-stage]").dataset.stage), "negotiating");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.waitForURL("**/move?to=planned**");
  await page.getByText("在谈（2017-10）").waitFor();
  await page.getByRole("button", { name: /撤销并移到/ }).click();
  await page.getByText("请写明原因").first().waitFor();
  await inspect(page, "move-back");
  await page.getByLabel("撤销的原因").fill("登记有误");
  await page.getByRole("button", { name: /撤销并移到/ }).click();
  await page.getByText("已移动，事实已记录").waitFor();
  await ends(page);
});

test("a filter reads like a sentence, is shared by role, and another of that role opens it", async () => {
  const officer = await as("officer");
  await officer.goto(`${demo.url}/projects?signed_months=6&started=no&led=no`);
  await officer.getByText("签约满6个月、未开工、无挂钩领导：").waitFor();
  await officer.getByRole("link", { name: "保存为常用筛选" }).click();
  await officer.locator("#filter-name").fill("要盯的项目");
  await officer.locator("#filter-role").selectOption({ label: "委领导、市领导" });
  await officer.getByRole("button", { name: "保存筛选" }).click();
  await officer.getByText("常用筛选已保存").waitFor();
  await inspect(officer, "projects-kept");
  await officer.goto(`${demo.url}/projects/filters`);
  await inspect(officer, "filters");
  await officer.locator("li", { hasText: "要盯的项目" }).getByRole("link", { name: "改名、共用" }).click();
  await inspect(officer, "filter-edit");
  await ends(officer);
  const leader = await as("leader");
  await leader.goto(`${demo.url}/projects`);
  await leader.getByRole("navigation", { name: "常用筛选" }).getByRole("link", { name: /要盯的项目/ }).click();
  await leader.waitForURL("**/projects?signed_months=6**");
  await leader.getByText("签约满6个月、未开工、无挂钩领导：").waitFor();
  await leader.getByRole("link", { name: "显示哪些列" }).click();
  await leader.getByRole("checkbox", { name: "备注" }).check();
  await leader.getByRole("button", { name: "显示这些列" }).click();
  await leader.getByText("已按您选的列显示").waitFor();
  await leader.goto(`${demo.url}/projects`);
  await leader.getByRole("columnheader", { name: "备注" }).waitFor();
  await ends(leader);
});

test("the structure: drawings beside their tables, the map leads to the list", async () => {
  const page = await as("officer");
  await page.goto(`${demo.url}/projects/structure`);
  await page.locator(".zs-chart__drawing svg").first().waitFor();
  await inspect(page, "structure");
  const tile = page.locator(".zs-map a").first();
  const said = /(\d+) 个/.exec(await tile.textContent())[1];
  await tile.click();
  await page.waitForURL("**/projects?district=**");
  if (said === "0") await page.getByText("没有符合条件的项目").waitFor();
  else await page.getByText(`共 ${said} 个项目`).waitFor();
  await ends(page);
});

test("a column of reasons is pasted into 附件2", async () => {
  const page = await as("reporter-wzyh");
  await page.goto(`${demo.url}/projects?pending=no&sort=code`);
  const links = await page.locator("tbody th a").evaluateAll((all) => all.slice(0, 2).map((one) => one.href));
  for (const [number, link] of links.entries()) {
    await page.goto(`${link}/edit`);
    await page.locator("#cooperation").fill(`改为合资${number}`);
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByText("待报调整", { exact: true }).first().waitFor();
  }
  await page.getByRole("link", { name: /填报附件2/ }).click();
  const reasons = page.locator("textarea[name^=reason_]");
  await reasons.first().click();
  const all = await reasons.count();
  const pasted = Array.from({ length: all + 1 }, (_, at) => [`理由${at}\n第二行`, `备注${at}`]);
  await paste(page, [["调整理由", "备注"], ...pasted]);
  await page.locator(".zs-sheet__aloud", { hasText: `已粘贴前${all}行，其余1行没有粘贴` }).waitFor();
  assert.equal(await reasons.nth(all - 1).inputValue(), `理由${all - 1}\n第二行`);
  await inspect(page, "return-pasted");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await page.getByText("已保存，可以接着填写").waitFor();
  assert.equal(await reasons.nth(0).inputValue(), "理由0\n第二行");
  await ends(page);
});

test("progress of every project is pasted into 附件3 as a block, and undone as one", async () => {
  const page = await as("reporter-jtjt");
  await page.goto(`${demo.url}/returns?kind=annex3`);
  await page.getByRole("main").getByRole("link", { name: /填报|继续填写|修改后再报/ }).first().click();
  const progress = page.locator("textarea[name^=progress_]");
  await progress.first().click();
  const [all, stood] = [await progress.count(), await progress.first().inputValue()];
  const rows = Array.from({ length: all }, (_, at) => [`进展${at}\n已完成可研`, `问题${at}`, `计划${at}`]);
  await paste(page, rows);
  await page.getByText(`已粘贴 ${all} 行 3 列`).waitFor();
  await inspect(page, "annex3-pasted");
  await page.keyboard.press("Control+z");
  assert.equal(await progress.first().inputValue(), stood);
  await page.keyboard.press("Control+y");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await page.getByText("已保存，可以接着填写").waitFor();
  assert.equal(await progress.nth(all - 1).inputValue(), `进展${all - 1}\n已完成可研`);
  assert.equal(await page.locator("textarea[name^=next_]").nth(0).inputValue(), "计划0");
  await ends(page);
});
