// From a changed project to an accepted, printed 附件2: what the clerk does, counted. And the list as clerks use it.
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

async function as(role, story) {
  const page = await open(browser);
  await signIn(page, demo, role);
  await story(page);
  assert.deepEqual(page.complaints, [], role);
  await page.context().close();
}

/** Where somebody is, without the numbers that change. */
const kind = (page) => new URL(page.url()).pathname.replace(/\/[\d-]+/g, "/N").replace("/returns/annex2/N/N", "/returns/N");

test("a changed project becomes an accepted, printed 附件2 in at most 12 clicks on 3 pages for the reporter", async () => {
  let address;
  await as("reporter-wzyh", async (page) => {
    await page.goto(`${demo.url}/projects?pending=no&sort=code`);
    await page.locator("tbody th a").first().click();
    let clicks = 0;
    const pages = new Set([kind(page)]);
    const click = async (locator) => {
      await locator.click();
      clicks += 1;
      await page.waitForLoadState();
      pages.add(kind(page));
    };
    await click(page.getByRole("link", { name: "修改", exact: true }));
    const amount = page.locator("#investment");
    const before = Number(await amount.inputValue());
    await amount.fill(String(before + 1200));
    await click(page.getByRole("button", { name: "保存", exact: true }));
    await page.getByText("待报调整", { exact: true }).first().waitFor();
    await inspect(page, "project-pending");
    await click(page.getByRole("link", { name: /填报附件2/ }));
    const row = page.locator("tr", { hasText: `投资额由${before}万元调整为${before + 1200}万元` });
    await row.first().waitFor();
    for (const reason of await page.locator("textarea[name^=reason_]").all()) await reason.fill("按初步设计批复调整");
    await click(page.getByRole("button", { name: "提交审核", exact: true }));
    await page.getByText("已提交审核").waitFor();
    address = page.url().split("?")[0];
    assert.ok(clicks <= 12, `${clicks} clicks`);
    assert.deepEqual([...pages].length, 3, [...pages].join(" "));
  });
  await as("approver-wzyh", async (page) => {
    await page.goto(address);
    await page.getByRole("button", { name: "报送国资委", exact: true }).click();
    await page.getByText("已报送国资委").waitFor();
  });
  await as("officer", async (page) => {
    await page.goto(address);
    await page.getByRole("button", { name: "全部受理", exact: true }).click();
    await page.getByText("已办结").waitFor();
    const download = page.waitForEvent("download");
    await page.goto(address);
    await page.getByRole("link", { name: /PDF/ }).first().click();
    assert.match((await download).suggestedFilename(), /\.pdf$/);
  });
});

test("the list: filters in the address, columns, sort, a file, a refused filter beside its field", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/projects`);
    await inspect(page, "projects");
    await page.locator("#q").fill("仓储");
    await page.getByRole("button", { name: "查看", exact: true }).click();
    assert.match(page.url(), /q=%E4%BB%93%E5%82%A8/);
    assert.ok((await page.locator("tbody tr").count()) >= 1);
    await page.goto(`${demo.url}/projects?central=yes&sort=investment&order=desc`);
    await page.getByRole("link", { name: "更多条件和日期" }).click();
    assert.equal(await page.locator("#central").inputValue(), "yes");
    await inspect(page, "projects-filtered");
    await page.goto(`${demo.url}/projects?investment_least=%E5%BE%88%E5%A4%9A`);
    await page.locator(".zs-errors").waitFor();
    assert.equal(await page.locator("#investment_least").inputValue(), "很多");
    await page.goto(`${demo.url}/projects?q=${encodeURIComponent("没有这个词语")}`);
    await page.getByText("没有符合条件的项目").waitFor();
    await inspect(page, "projects-none");
    await page.goto(`${demo.url}/projects?central=yes`);
    await page.getByRole("button", { name: "导出 Excel", exact: true }).click();
    await page.getByText("文件已生成").waitFor();
    await inspect(page, "project-export");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "下载文件", exact: true }).click();
    assert.match((await download).suggestedFilename(), /\.xlsx$/);
  });
});
