// Returns: due in words, typed and submitted, released by phone in one tap, accepted; and a power cut around the hand-in.
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

const button = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Types a reason wherever one is asked for. */
async function fill(page) {
  for (const field of await page.locator("textarea[name^=reason_], textarea[name=zero_reason]").all()) await field.fill("本期情况已核实");
}

test("reporter, approver, officer", async () => {
  let address;
  await as("reporter", async (page) => {
    await page.goto(`${demo.url}/returns`);
    await inspect(page, "returns-due");
    await page.getByRole("main").getByRole("link", { name: /填报|修改后再报/ }).first().click();
    await button(page, "提交审核");
    await page.locator(".zs-errors").waitFor();
    await inspect(page, "return-refused");
    await fill(page);
    await button(page, "提交审核");
    await page.getByText("已提交审核").waitFor();
    await inspect(page, "return-submitted");
    address = page.url().split("?")[0];
  });
  await as("approver", async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${demo.url}/returns`);
    await page.getByRole("main").getByRole("link", { name: "审核并报送" }).first().click();
    await inspect(page, "return-release");
    await button(page, "报送国资委");
    await page.getByText("已报送国资委").waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok((await page.locator("summary", { hasText: "撤回" }).boundingBox()).height >= 44, "taking back is for fingers");
    await page.getByRole("link", { name: /附件2-\d{6}-\d{4}/ }).first().click();
    await inspect(page, "return-receipt");
  });
  await as("officer", async (page) => {
    await page.goto(`${demo.url}/returns`);
    await inspect(page, "returns-authority");
    await page.goto(address);
    await inspect(page, "return-decide");
    await page.setViewportSize({ width: 390, height: 844 });
    for (const choice of await page.locator("input[type=radio], input[name^=why_]").all()) {
      const box = await choice.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 390, "decided without scrolling sideways");
    }
    await button(page, "全部受理");
    await page.getByText("已办结").waitFor();
  });
});

test("a power cut around the hand-in leaves all of it or nothing", async () => {
  const [reporter, approver] = [demo.token("reporter-ctjt"), demo.token("approver-ctjt")];
  const call = async (token, method, address, tag, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    if (tag) headers["if-match"] = tag;
    const answer = await fetch(demo.url + address, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, tag: answer.headers.get("etag"), body: await answer.json() };
  };
  const lines = (await call(reporter, "GET", "/api/v1/returns")).body;
  const line = lines.find((one) => one.state === "not_begun");
  const own = `/api/v1/returns/annex2/${line.cut_off}/${line.unit}`;
  let acknowledged = 0;
  for (const wait of [0, 20, 60, 150, 400, 1500]) {
    let now = await call(reporter, "GET", own);
    const rows = now.body.content.rows.map((row) => ({ project: row.project, reason: "已核实" }));
    now = await call(reporter, "PUT", own, now.tag, { rows, zero_reason: rows.length ? "" : "本期无调整" });
    assert.equal(now.status, 200, JSON.stringify(now.body));
    const address = `/api/v1/returns/${now.body.id}`;
    now = await call(reporter, "POST", `${address}/steps`, now.tag, { step: "submit" });
    const before = now.body.editions.length;
    const sent = call(approver, "POST", `${address}/steps`, now.tag, { step: "hand_in" }).catch(() => null);
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, wait))]);
    await demo.crash();
    const answer = await sent;
    now = await call(approver, "GET", address);
    const added = now.body.editions.length - before;
    if (answer?.status === 200) {
      acknowledged += 1;
      assert.equal(now.body.state, "handed_in", "what was acknowledged is there");
    }
    assert.equal(added, now.body.state === "handed_in" ? 1 : 0, now.body.state);
    if (added) {
      const edition = now.body.editions.at(-1);
      assert.equal(edition.files.length, 3);
      assert.ok(edition.receipt && edition.code);
    }
    const step = added ? "withdraw" : "send_back";
    now = await call(approver, "POST", `${address}/steps`, now.tag, { step, reason: "再试一次" });
    assert.equal(now.status, 200, JSON.stringify(now.body));
  }
  assert.ok(acknowledged > 0, "with patience it is acknowledged");
});
