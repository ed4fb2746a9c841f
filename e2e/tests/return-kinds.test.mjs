// 附件3 filled in and released in the browser; a monthly report with a file.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "../lib/browser.mjs";
import { NOTICE } from "../lib/annex1.mjs";
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

async function as(role, story) {
  const page = await open(browser);
  await signIn(page, demo, role);
  await story(page);
  assert.deepEqual(page.complaints, [], role);
  await page.context().close();
}

const button = (page, name) => page.getByRole("main").getByRole("button", { name, exact: true }).click();
const tab = (page, name) => page.getByRole("main").getByRole("link", { name, exact: true }).click();

// 温州银行: its 附件3 came back in the demo, its 月报 is begun.
const [reporter, approver] = ["reporter", "approver"];

test("附件3: reporter, approver, officer", async () => {
  let address;
  await as(reporter, async (page) => {
    await page.goto(`${demo.url}/returns`);
    await tab(page, "央企合作进展（附件3）");
    await inspect(page, "returns-annex3");
    await page.getByRole("main").getByRole("link", { name: /修改后再报/ }).first().click();
    await inspect(page, "annex3-returned");
    await page.locator("textarea[name^=progress_]").first().fill("");
    await button(page, "提交审核");
    await page.locator(".zs-errors").waitFor();
    await inspect(page, "annex3-refused");
    for (const field of await page.locator("textarea[name^=progress_]").all()) await field.fill("双方已互访，正在商议合作方案");
    await button(page, "提交审核");
    await page.getByText("已提交审核").waitFor();
    address = page.url().split("?")[0];
    await inspect(page, "annex3-submitted");
  });
  await as(approver, async (page) => {
    await page.goto(address);
    await button(page, "报送国资委");
    await page.getByText("已报送国资委").waitFor();
    await page.getByRole("link", { name: /附件3-\d{6}-\d{4}/ }).first().click();
    await inspect(page, "annex3-receipt");
  });
  await as("officer", async (page) => {
    await page.goto(address);
    await inspect(page, "annex3-decide");
    await page.locator("textarea[name^=remark_]").first().fill("请写明下一个节点");
    await button(page, "受理");
    await page.getByText("已办结").waitFor();
    await page.getByText("请写明下一个节点").first().waitFor();
  });
});

test("a monthly report with a file", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/returns?kind=yearly_summary`);
    await page.getByText("通知未定，请招商引资处设定报送计划").waitFor();
    await page.goto(`${demo.url}/returns?kind=monthly`);
    await inspect(page, "returns-monthly-authority");
  });
  await as(reporter, async (page) => {
    await page.goto(`${demo.url}/returns?kind=monthly`);
    await page.getByRole("main").getByRole("link", { name: /继续填报/ }).first().click();
    await page.getByLabel(/工作进展/).fill("走访企业6家");
    await page.getByLabel("附上文件").setInputFiles(NOTICE);
    await button(page, "保存并上传附件");
    await page.getByText("附件已保存").waitFor();
    assert.equal(await page.getByLabel(/工作进展/).inputValue(), "走访企业6家", "what was typed is saved with it");
    await inspect(page, "monthly-typed");
    for (const word of ["projects", "next"]) await page.locator(`textarea[name=section_${word}]`).fill("按计划推进");
    await button(page, "提交审核");
    await page.getByText("已提交审核").waitFor();
    await inspect(page, "monthly-submitted");
  });
});
