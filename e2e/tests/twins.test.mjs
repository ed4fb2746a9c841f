// Likely twins as the officer works on them: side by side, merged, apart again, split, and who had the first talk.
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
  page.on("dialog", (dialog) => dialog.accept());
  await signIn(page, demo, role);
  await story(page);
  assert.deepEqual(page.complaints, [], role);
  await page.context().close();
}

test("two records of one project are compared, merged, found by the old code, and taken apart again", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/twins`);
    await page.getByText("瓯江口临港冷链物流中心").first().waitFor();
    await inspect(page, "twins");
    await page.locator(".zs-twins", { hasText: "瓯江口临港冷链物流中心" }).getByRole("link", { name: /并排核对/ }).first().click();
    await page.getByRole("heading", { name: /不同的内容/ }).waitFor();
    await inspect(page, "twin-pair");
    const code = (await page.locator(".zs-pick--head .zs-pick__meta").nth(2).innerText()).split("　")[0];
    // Nothing is chosen without a reason.
    await page.getByRole("button", { name: "合并这两个项目" }).click();
    await page.getByText("请写明理由").first().waitFor();
    await page.locator("input[name='choice.investment'][value=b]").check();
    await page.locator("#reason").fill("经核实为同一项目");
    await page.getByRole("button", { name: "合并这两个项目" }).click();
    await page.getByText("已合并，两边的历史都保留").waitFor();
    await inspect(page, "project-merged");
    await page.goto(`${demo.url}/projects?q=${code}`);
    await page.getByText("已并入另一个项目").waitFor();
    await inspect(page, "projects-old-code");
    await page.getByRole("link", { name: "并入以前的内容" }).click();
    await page.getByText("下面是并入以前的内容").waitFor();
    await inspect(page, "project-gone");
    await page.getByRole("link", { name: "看经过" }).first().click();
    await inspect(page, "merge");
    await page.locator("#reason").fill("核实为两个项目");
    await page.getByRole("button", { name: "撤销合并" }).click();
    await page.getByText("已撤销合并，恢复为两个项目").waitFor();
    await page.goto(`${demo.url}/projects/merges`);
    await inspect(page, "merges");
  });
});

test("a pair is set aside with a reason and stays aside", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/twins`);
    await page.locator(".zs-twins", { hasText: "瓯江口临港冷链物流中心" }).getByRole("link", { name: /并排核对/ }).first().click();
    await page.locator("#note").fill("分属两宗地，分别立项");
    await page.getByRole("button", { name: "判定不是同一项目" }).click();
    await page.getByText("已判定不是同一项目").first().waitFor();
    assert.equal(await page.getByText("瓯江口临港冷链物流中心").count(), 0);
    await page.getByRole("link", { name: "不是同一项目", exact: true }).click();
    await page.getByText("分属两宗地，分别立项").first().waitFor();
    await inspect(page, "twins-decided");
  });
});

test("a record is split, and a first talk is decided and printed", async () => {
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/first-talks`);
    await inspect(page, "first-talks");
    await page.locator("tbody th a").first().click();
    await page.getByRole("heading", { name: "首谈认定说明" }).waitFor();
    await inspect(page, "first-talk");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "导出 Word" }).click()]);
    assert.match(file.suggestedFilename(), /首谈认定说明.*\.docx/);
    await page.goto(`${demo.url}/first-talks/new`);
    await inspect(page, "first-talk-form");
    await page.goto(`${demo.url}/projects?name=${encodeURIComponent("瓯海智能装备产业园")}`);
    await page.locator("tbody th a, tbody td a").first().click();
    await page.getByRole("link", { name: "拆分" }).click();
    await inspect(page, "project-split");
    await page.locator("#name").fill("瓯海智能装备产业园人才公寓");
    await page.locator("#investment").fill("5000");
    await page.locator("#reason").fill("人才公寓单独立项");
    await page.getByRole("button", { name: "拆成两个项目" }).click();
    await page.getByText("已拆成两个项目").waitFor();
    await inspect(page, "project-split-off");
  });
});
