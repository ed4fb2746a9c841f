// Funds in place: the reporter enters and proves, the approver releases, the officer accepts; then the table is
// published by three people and the enterprise sees it whole.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { Demo } from "../lib/server.mjs";
import { inspect, signIn } from "../lib/story.mjs";

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

let browser, demo;
before(async () => {
  demo = await Demo.start();
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

const button = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("reporter, approver, officer, and the figure moves", async () => {
  await as("reporter", async (page) => {
    await page.goto(`${demo.url}/funds?year=2017`);
    await page.getByRole("link", { name: "登记到资" }).first().click();
    await page.getByLabel("金额（万元）").fill("一千");
    await button(page, "保存草稿");
    await page.locator(".zs-field-error").first().waitFor();
    await inspect(page, "entry-refused");
    await page.getByLabel("到账日期").fill("2017-11-10");
    await page.getByLabel("金额（万元）").fill("1000");
    await page.getByLabel("项目名称").fill("临港仓储项目");
    await page.getByLabel("投资方").fill("某物流有限公司");
    await button(page, "保存草稿");
    await page.getByLabel("添加凭证").setInputFiles({ name: "银行进账单.pdf", mimeType: "application/pdf", buffer: PDF });
    await button(page, "上传凭证");
    await page.getByText("凭证已保存").waitFor();
    await inspect(page, "entry-draft");
    await button(page, "提交审核");
    await page.getByText("已提交审核").waitFor();
  });
  await as("approver", async (page) => {
    await page.goto(`${demo.url}/funds?year=2017&state=for_approval`);
    await page.getByRole("link", { name: "临港仓储项目" }).click();
    await inspect(page, "entry-approval");
    await button(page, "审核通过，报送国资委");
    await page.getByText("已报送国资委").waitFor();
  });
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/funds?year=2017`);
    await inspect(page, "funds-list");
    await page.getByRole("link", { name: "临港仓储项目" }).click();
    await button(page, "认定");
    await page.getByText("已认定，计入完成数").waitFor();
    await inspect(page, "entry-accepted");
    await page.goto(`${demo.url}/completion?year=2017&as_of=2017-11-30`);
    const row = page.locator("#completion-table tbody tr", { hasText: "温州银行" });
    assert.equal((await row.locator("td").nth(1).textContent()).trim(), "91309");
  });
});

test("the month-by-month plan", async () => {
  await as("reporter", async (page) => {
    await page.goto(`${demo.url}/plans?year=2017`);
    await page.getByRole("link", { name: /编制/ }).first().click();
    for (let month = 1; month <= 12; month += 1) {
      await page.getByLabel(`1–${month}月累计`, { exact: true }).fill(String(month * 800));
    }
    await button(page, "保存");
    await page.getByText("月度计划已保存").waitFor();
    await page.getByRole("link", { name: /编制/ }).first().click();
    await page.getByText("年底比任务数还差 400 万元").waitFor();
    await inspect(page, "plan-short");
  });
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/completion/comparison?year=2017&as_of=2017-10-31`);
    await inspect(page, "comparison");
  });
});

test("made, reviewed by another, signed, seen by the enterprise", async () => {
  let address;
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/completion?year=2017&as_of=2017-10-31`);
    await button(page, "拟稿印发");
    await page.getByText("已拟稿").waitFor();
    address = page.url().split("?")[0];
    await inspect(page, "publication-made");
    assert.equal(await page.getByRole("button", { name: "审核通过" }).count(), 0, "nobody reviews his own");
  });
  await as("reporter", async (page) => {
    const answer = await page.goto(address);
    assert.equal(answer.status(), 404);
    page.complaints.length = 0; // the browser notes the 404 that was meant
  });
  await as("chief", async (page) => {
    await page.goto(address);
    await button(page, "审核通过，请委领导签发");
    await page.getByText("已审核").first().waitFor();
  });
  await as("leader", async (page) => {
    await page.goto(address);
    await inspect(page, "publication-signing");
    await button(page, "签发");
    await page.getByText("已签发").waitFor();
  });
  await as("reporter", async (page) => {
    await page.goto(`${demo.url}/publications`);
    await page.getByRole("link", { name: /2017年1-10月/ }).click();
    assert.equal(await page.locator(".zs-grid tbody tr").count(), 17, "every row, not only its own");
    await inspect(page, "publication");
  });
});
