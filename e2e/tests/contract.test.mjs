// The contract between styles, islands and templates (frontend/README.md), on one page that has every part,
// under the server's own security policy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { DESKTOP, launch, open, PHONE } from "../lib/browser.mjs";
import { contractSite } from "../lib/site.mjs";

let browser, site;
before(async () => {
  site = await contractSite();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

async function visit(options) {
  const page = await open(browser, options);
  await page.goto(site.url);
  return page;
}

for (const [name, size] of [["desktop", DESKTOP], ["phone", PHONE]]) {
  test(`${name}: nothing for axe, nothing against the policy, nothing wider than the screen`, async () => {
    const page = await visit({ size });
    await page.locator(".zs-chart svg").waitFor();
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), size.width);
    await page.getByRole("button", { name: "按完成率" }).click();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test(`${name}: header and first column stay in view when the table scrolls`, async () => {
    const page = await visit({ size });
    const places = () =>
      page.locator(".zs-scroll").evaluate((box) => {
        const from = box.getBoundingClientRect();
        const place = (selector) => {
          const { left, top } = box.querySelector(selector).getBoundingClientRect();
          return [Math.round(left - from.left), Math.round(top - from.top)];
        };
        return { column: place("tbody tr:nth-child(3) th")[0], header: place("thead th:nth-child(2)")[1] };
      });
    await page.locator(".zs-scroll").evaluate((box) => box.scrollTo(0, 60));
    const before = await places();
    await page.locator(".zs-scroll").evaluate((box) => box.scrollTo(120, 200));
    assert.deepEqual(await places(), before);
    await page.context().close();
  });
}

test("the chart draws every enterprise with its figures, by amount and by rate", async () => {
  const page = await visit();
  const chart = page.locator(".zs-chart");
  const words = () => chart.locator("svg text").allTextContents();
  await chart.locator("svg").waitFor();
  let texts = await words();
  for (const text of ["温州银行股份有限公司", "温州市铁路与轨道交通投资集团有限公司", "90309／10000", "0／5000", "时间进度应达"]) {
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  }
  await chart.getByRole("button", { name: "按完成率" }).click();
  texts = await words();
  for (const text of ["903.09%", "5.24%", "时间进度 83.33%"]) assert.ok(texts.includes(text), `${text} in ${texts}`);
  assert.match(await chart.locator(".zs-chart__drawing").getAttribute("aria-label"), /超过 200% 的 2 户条形截断/);
  await page.context().close();
});

test("no word of the chart is cut off or lies on another, at any width", async () => {
  for (const width of [1366, 1024, 700, 390, 340]) {
    const page = await visit({ size: { width, height: 800 } });
    for (const view of ["按金额", "按完成率"]) {
      await page.getByRole("button", { name: view }).click();
      const trouble = await page.locator(".zs-chart svg").evaluate((svg) => {
        const frame = svg.getBoundingClientRect();
        const boxes = Array.from(svg.querySelectorAll("text"), (text) => [text.textContent, text.getBoundingClientRect()]);
        const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1);
        const over = boxes.flatMap(([a, one], at) =>
          boxes
            .slice(at + 1)
            .filter(([, two]) => one.left < two.right - 2 && two.left < one.right - 2 && one.top < two.bottom - 4 && two.top < one.bottom - 4)
            .map(([b]) => `${a} × ${b}`),
        );
        return [...out.map(([text]) => `cut: ${text}`), ...over];
      });
      assert.deepEqual(trouble, [], `${width} px, ${view}`);
    }
    await page.context().close();
  }
});

test("the chart follows the window and the paper", async () => {
  const page = await visit();
  const width = () => page.locator(".zs-chart svg").evaluate((svg) => svg.getBoundingClientRect().width);
  const wide = await width();
  await page.setViewportSize({ width: 800, height: 768 });
  await page.waitForFunction((was) => document.querySelector(".zs-chart svg").getBoundingClientRect().width < was - 200, wide);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  assert.equal(await width(), 640);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.notEqual(await width(), 640);
  await page.context().close();
});

test("without script there is no chart, and the whole table", async () => {
  const page = await visit({ script: false });
  assert.equal(await page.locator(".zs-chart").isVisible(), false);
  assert.equal(await page.locator("#completion-table tbody tr").count(), 17);
  assert.equal(await page.locator("button[data-copy]").isVisible(), false);
  await page.context().close();
});

test("on a phone the navigation opens by keyboard, with or without script", async () => {
  for (const script of [true, false]) {
    const page = await visit({ size: PHONE, script });
    const link = page.getByRole("link", { name: "任务与调整" });
    assert.equal(await link.isVisible(), false);
    await page.getByRole("checkbox", { name: "展开或收起导航" }).focus();
    await page.keyboard.press("Space");
    assert.equal(await link.isVisible(), true);
    await page.context().close();
  }
});

test("touch targets on a phone are 44 px high", async () => {
  const page = await visit({ size: PHONE });
  const small = await page
    .locator("main .btn, main .form-control, main .form-select, .zs-nav__button, .zs-who__out")
    .evaluateAll((all) => all.filter((part) => part.getBoundingClientRect().height > 0 && part.getBoundingClientRect().height < 44).map((part) => part.outerHTML));
  assert.deepEqual(small, []);
  await page.context().close();
});

test("the skip link is the first stop and leads to the text", async () => {
  const page = await visit({ script: false });
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.context().close();
});

test("the focus is seen on everything that takes it", async () => {
  const page = await visit();
  const unseen = [];
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press("Tab");
    const bare = await page.evaluate(() => {
      const part = document.activeElement;
      if (!part || part === document.body || part.matches(".zs-nav__toggle")) return null;
      return getComputedStyle(part).outlineStyle === "none" ? part.outerHTML.slice(0, 120) : null;
    });
    if (bare) unseen.push(bare);
  }
  assert.deepEqual(unseen, []);
  await page.context().close();
});

test("after a refused form the reading starts at what is wrong", async () => {
  const page = await visit();
  assert.equal(await page.evaluate(() => document.activeElement.className), "zs-errors");
  await page.context().close();
});

test("a form is sent once, however often the button is pressed", async () => {
  const page = await visit();
  const before = site.written;
  await Promise.all([
    page.waitForResponse((response) => response.url() === `${site.url}/`),
    page.locator("#send").evaluate((button) => {
      button.click();
      button.click();
      button.click();
    }),
  ]);
  assert.equal(site.written - before, 1);
  await page.context().close();
});

test("what asks first is not sent when the answer is no, and can still be sent after", async () => {
  const page = await visit();
  const before = site.written;
  let answer = false;
  page.on("dialog", (dialog) => (answer ? dialog.accept() : dialog.dismiss()));
  await page.locator("#void").click();
  assert.equal(site.written, before);
  answer = true;
  await Promise.all([page.waitForResponse((response) => response.url().endsWith("/written")), page.locator("#void").click()]);
  assert.equal(site.written, before + 1);
  await page.context().close();
});

test("the month picker jumps for the pointer, and waits for the button with the keyboard", async () => {
  const page = await visit();
  await page.locator("#month").focus();
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.locator("#month").inputValue(), "2017-09-30");
  assert.equal(new URL(page.url()).search, "");
  await page.locator("#month").dispatchEvent("pointerdown");
  await Promise.all([page.waitForURL("**as_of=2017-10-31**"), page.locator("#month").selectOption("2017-10-31")]);
  await page.context().close();
});

test("the file field says which file is chosen, also when it was dropped", async () => {
  const page = await visit();
  await page.locator("#file").setInputFiles({ name: "附件1.docx", mimeType: "application/octet-stream", buffer: Buffer.alloc(2048) });
  assert.equal(await page.locator(".zs-drop__name").textContent(), "附件1.docx（2 KB）");
  await page.locator(".zs-drop").evaluate((zone) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(["abc"], "完成数.csv"));
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
  });
  assert.equal(await page.locator(".zs-drop__name").textContent(), "完成数.csv（3 字节）");
  await page.context().close();
});

test("copying works on plain http", async () => {
  const page = await visit();
  await page.evaluate(() => Object.defineProperty(window, "isSecureContext", { value: false }));
  await page.getByRole("button", { name: "复制" }).click();
  await page.getByText("已复制").waitFor();
  await page.locator("#amount").fill("");
  await page.locator("#amount").focus();
  await page.keyboard.press("Control+V");
  assert.equal(await page.locator("#amount").inputValue(), "zs_3f9a0c77d2");
  await page.context().close();
});

test("paper: black on white, no navigation, the table whole with its header", async () => {
  const page = await visit();
  await page.emulateMedia({ media: "print" });
  for (const gone of [".zs-nav", ".zs-topbar", ".zs-filters", ".zs-actions"]) {
    assert.equal(await page.locator(gone).first().isVisible(), false, gone);
  }
  assert.equal(await page.locator("#completion-table thead").evaluate((head) => getComputedStyle(head).display), "table-header-group");
  assert.equal(await page.locator(".zs-scroll").evaluate((box) => box.scrollHeight - box.clientHeight), 0);
  await page.context().close();
});
