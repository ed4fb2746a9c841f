import assert from "node:assert/strict";
import { test } from "node:test";
import { amountNote, dueByNow, figure, rateAxisEnd, rateBar, rateNote, rowFrom, whole, type Row } from "../src/chart/figures";

const bank = rowFrom({ unit: "温州银行股份有限公司", short: "温州银行", target: "10000", done: "90309", rate: "903.09" });
const idle = rowFrom({ unit: "温州建设集团有限公司", target: "5000", done: "0", rate: "0.00" });
const unknown = rowFrom({ unit: "某集团", target: "0", done: "", rate: "" });

test("a row is read from the attributes of its table row", () => {
  assert.deepEqual(bank, { unit: "温州银行股份有限公司", short: "温州银行", target: 10000, done: 90309, rate: 903.09, rateText: "903.09%" } satisfies Row);
  assert.equal(idle.short, "温州建设集团有限公司");
  assert.equal(idle.rateText, "0.00%");
});

test("— is no figure, not zero", () => {
  assert.equal(unknown.done, null);
  assert.equal(unknown.rate, null);
  assert.equal(unknown.rateText, "—");
  assert.equal(whole(unknown.done), "—");
});

test("only plain decimals are figures", () => {
  assert.equal(figure("10000.00"), 10000);
  assert.equal(figure("-5.5"), -5.5);
  for (const text of [undefined, "", "—", "1e3", " 5", "1,000", "NaN"]) assert.equal(figure(text), null, String(text));
});

test("what is due by now is the target's share of the elapsed time", () => {
  assert.equal(dueByNow(bank, 83.33), 8333);
  assert.equal(dueByNow(bank, null), null);
  assert.equal(dueByNow({ ...bank, target: null }, 83.33), null);
});

test("amounts are printed whole, half up", () => {
  assert.equal(whole(0.5), "1");
  assert.equal(whole(1.49), "1");
  assert.equal(whole(-0.5), "0");
});

test("one very large rate is cut and said to be cut", () => {
  assert.deepEqual(rateBar(bank.rate), { length: 200, cut: true });
  assert.deepEqual(rateBar(200), { length: 200, cut: false });
  assert.deepEqual(rateBar(null), { length: 0, cut: false });
});

test("the rate axis shows the 100 % line and ends above the longest bar", () => {
  assert.equal(rateAxisEnd([idle]), 100);
  assert.equal(rateAxisEnd([{ ...idle, rate: 100.01 }]), 150);
  assert.equal(rateAxisEnd([bank, idle]), 200);
  assert.equal(rateAxisEnd([]), 100);
});

test("the notes say what is drawn, and nothing about marks that are not there", () => {
  assert.match(amountNote("83.33"), /竖线为按时间进度（83\.33%）/);
  assert.doesNotMatch(amountNote(undefined), /竖线/);
  assert.match(rateNote([bank, idle], "83.33"), /超过 200% 的 1 户条形截断/);
  assert.doesNotMatch(rateNote([idle], undefined), /截断|虚线/);
});
