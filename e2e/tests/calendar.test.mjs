// The 9th and the 11th of December 2017, as reporter, officer and approver live them. The program runs under a set clock;
// the 10th is a Sunday, so 附件3 is due on Monday the 11th by 顺延.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { inspect, signIn } from "../lib/story.mjs";

// 09:00 on the 9th in Shanghai.
const THE_9TH = "2017-12-09 01:00:00";
// 23:59:30 on the 11th.
const THE_11TH = "2017-12-11 15:59:30";
// Half past midnight on the 12th.
const THE_12TH = "2017-12-11 16:30:00";

let browser, demo;
before(async () => {
  demo = await Demo.start(undefined, THE_9TH);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function as(role, story) {
  const page = await open(browser);
  await signIn(page, demo, role);
  await story(page);
  assert.deepEqual(page.complaints, [], role);
  await page.context().close();
}

const card = (page, words) => page.locator(".zs-task", { hasText: words });
const ANNEX_3 = /央企合作进展（附件3）\s*截至2017年11月/;

test("on the 9th the clerk reads what is due, both dates and the rule", async () => {
  await as("reporter-wzyh", async (page) => {
    await page.goto(`${demo.url}/todo`);
    const text = await card(page, ANNEX_3).first().innerText();
    assert.match(text, /还有2天/);
    assert.match(text, /12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）/);
    assert.match(text, /依据：温国资委〔2017〕138号第三条（三）：每两月10日前/);
    await inspect(page, "todo-reporter");
    await page.goto(`${demo.url}/returns/handover`);
    await inspect(page, "hand-over-sheet");
    await page.goto(`${demo.url}/schedules`);
    await inspect(page, "schedules");
  });
});

test("on the 9th the officer chases with text ready to copy and notes what was promised", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/returns/calls`);
    const first = page.locator(".zs-task").first();
    await first.waitFor();
    const said = await first.locator("textarea[readonly]").inputValue();
    assert.match(said, /贵单位尚有以下材料未报送：/);
    assert.match(said, /还有2天/);
    await first.getByRole("button", { name: "复制" }).click();
    await first.getByText(/已复制|手工选中/).waitFor();
    await first.getByText("记一笔").click();
    await first.getByLabel("催办情况").fill("已电话提醒，答应周一报");
    await first.getByLabel("答应报送的日期（可不填）").fill("2017-12-11");
    await first.getByRole("button", { name: "保存" }).click();
    await page.getByText("催办情况已记下").waitFor();
    await page.getByText("答应2017-12-11前报").waitFor();
    await inspect(page, "call-sheet");
    await page.goto(`${demo.url}/returns/matrix`);
    assert.match(await page.locator("tfoot").innerText(), /\d+／17/);
    await inspect(page, "matrix");
    await page.goto(`${demo.url}/schedules/monthly`);
    await inspect(page, "schedule-monthly");
    await page.goto(`${demo.url}/schedules/annex3`);
    await inspect(page, "schedule");
  });
});

test("the approver releases on a phone in one tap, seeing what it says", async () => {
  await as("reporter-wzyh", async (page) => {
    await page.goto(`${demo.url}/todo`);
    await card(page, "项目调整情况（附件2）").first().getByRole("link", { name: /填报|修改后再报/ }).click();
    for (const field of await page.locator("textarea[name^=reason_], textarea[name=zero_reason]").all()) await field.fill("本期情况已核实");
    await page.getByRole("button", { name: "提交审核", exact: true }).click();
    await page.getByText("已提交审核").waitFor();
  });
  await as("approver-wzyh", async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${demo.url}/todo`);
    const task = card(page, "项目调整情况（附件2）").first();
    assert.match(await task.innerText(), /新增|变更|不变|零报告/, "what it says");
    await inspect(page, "todo-approver");
    await page.setViewportSize({ width: 390, height: 844 });
    await task.getByRole("button", { name: /报送国资委/ }).click();
    await page.getByText("已报送国资委").waitFor();
  });
});

test("in the last minute of the 11th it is in time, in the first of the 12th it is late", async () => {
  await demo.restart(THE_11TH);
  await as("reporter-wzyh", async (page) => {
    await page.goto(`${demo.url}/todo`);
    assert.match(await card(page, ANNEX_3).first().innerText(), /今天截止/);
  });
  await demo.restart(THE_12TH);
  await as("reporter-wzyh", async (page) => {
    await page.goto(`${demo.url}/todo`);
    assert.match(await card(page, ANNEX_3).first().innerText(), /已逾期1天/);
  });
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/todo`);
    await page.getByRole("heading", { name: "逾期未报" }).waitFor();
    assert.ok((await page.getByText("已逾期1天").count()) > 0, "the officer sees at once who is late");
    await inspect(page, "todo-officer");
    await page.goto(`${demo.url}/returns/figures?year=2017`);
    await inspect(page, "return-figures");
  });
});

test("the day ends in Shanghai wherever the host stands", async () => {
  for (const zone of ["America/New_York", "Asia/Shanghai"]) {
    demo.zone = zone;
    // The same moment, written as clocks on the wall show it there.
    await demo.restart(zone === "America/New_York" ? "2017-12-11 10:59:30" : "2017-12-11 23:59:30");
    const answer = await fetch(`${demo.url}/api/v1/todo`, { headers: { authorization: `Bearer ${demo.token("reporter-wzyh")}` } });
    const owed = (await answer.json()).owed.find((one) => one.line.kind === "annex3");
    assert.equal(owed.left, "今天截止", zone);
  }
});
