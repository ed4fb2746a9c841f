// The API as a program sees it, with a token from the command line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ROWS, TOTAL } from "../lib/annex1.mjs";
import { Demo } from "../lib/server.mjs";

let demo, token;
before(async () => {
  demo = await Demo.start();
  token = demo.token(demo.account("officer").login);
});
after(() => demo?.stop());

const ask = (path, headers = { authorization: `Bearer ${token}` }) => fetch(`${demo.url}${path}`, { headers, redirect: "manual" });

test("the completion table as JSON is the published one", async () => {
  const answer = await ask("/api/v1/completion?year=2017&as_of=2017-10-31");
  assert.equal(answer.status, 200);
  const table = await answer.json();
  assert.deepEqual(
    table.rows.map((row) => [row.unit, row.target_wan, row.done_wan, `${row.rate_pct}%`]),
    ROWS,
  );
  assert.deepEqual(table.total, { target_wan: TOTAL[1], done_wan: TOTAL[2], rate_pct: "128.74" });
  assert.equal(table.elapsed_pct, "83.33");
  assert.equal(table.unit_of_money, "万元");
  const { largest_unit: largest, ...honest } = table.honest;
  assert.match(largest, /温州银行/);
  assert.deepEqual(honest, {
    capped_pct: "68.61",
    without_largest_pct: "87.99",
    behind: 11,
    at_zero: 7,
    median_pct: "18.48",
    outstanding_wan: "62784",
  });
});

test("the Word file comes by the API too", async () => {
  const answer = await ask("/api/v1/completion.docx?year=2017&as_of=2017-10-31");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /wordprocessingml/);
});

test("without a token, with a wrong one, or with nonsense, a problem document says so", async () => {
  for (const [path, headers, status] of [
    ["/api/v1/completion?year=2017", {}, 401],
    ["/api/v1/completion?year=2017", { authorization: "Bearer zs_nothing" }, 401],
    ["/api/v1/completion?year=x", undefined, 422],
    ["/api/v1/nowhere", undefined, 404],
  ]) {
    const answer = await ask(path, headers);
    assert.ok([status, 400].includes(answer.status), `${path}: ${answer.status}`);
    assert.match(answer.headers.get("content-type"), /application\/problem\+json/, path);
    assert.ok((await answer.json()).title, path);
  }
});
