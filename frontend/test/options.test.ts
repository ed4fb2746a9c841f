import { bars, sliceFrom } from "../src/chart/structure";
import assert from "node:assert/strict";
import { test } from "node:test";
import { rowFrom } from "../src/chart/figures";
import { byAmount, byRate, heightFor, type Frame } from "../src/chart/options";

const rows = [
  rowFrom({ unit: "温州银行股份有限公司", short: "温州银行", target: "10000", done: "90309", rate: "903.09" }),
  rowFrom({ unit: "温州市金融投资集团有限公司", short: "金融投资", target: "30000", done: "19106", rate: "63.69" }),
  rowFrom({ unit: "某集团", short: "某集团", target: "", done: "", rate: "" }),
];
const wide: Frame = { rows, elapsed: 83.33, elapsedText: "83.33", width: 1000 };
const phone: Frame = { ...wide, width: 340 };

type Series = { name: string; data: unknown[] };
const series = (option: object): Series[] => (option as { series: Series[] }).series;

test("by amount: target, done and the elapsed mark of every enterprise", () => {
  const [target, done, due] = series(byAmount(wide));
  assert.deepEqual([target?.name, done?.name, due?.name], ["任务数", "完成数", "时间进度应达"]);
  assert.deepEqual(due?.data, [[8333, 0], [24999, 1], ["-", 2]]);
  assert.equal(target?.data.length, 3);
});

test("the figures stand behind the longer bar, once", () => {
  const labels = series(byAmount(wide)).slice(0, 2).map(({ data }) => data.map((bar) => "label" in (bar as object)));
  assert.deepEqual(labels, [[false, true, true], [true, false, false]]);
});

test("without an elapsed figure there is no mark", () => {
  assert.equal(series(byAmount({ ...wide, elapsed: null })).length, 2);
});

test("by rate: bars above the cut carry the break mark", () => {
  const [rate, breaks] = series(byRate(wide));
  assert.deepEqual(rate?.data.map((bar) => (bar as { value: number }).value), [200, 63.69, 0]);
  assert.deepEqual(breaks?.data, [[186, 0]]);
});

test("a phone gets short names and more room for each row", () => {
  const names = (frame: Frame) => (byAmount(frame).yAxis as { data: string[] }[])[0]?.data;
  assert.deepEqual(names(phone), ["温州银行", "金融投资", "某集团"]);
  assert.deepEqual(names(wide)?.[0], "温州银行股份有限公司");
  assert.ok(heightFor(phone) > heightFor(wide));
});

test("parts of a list: bars in the table's order, their figures as printed", () => {
  const slices = [sliceFrom({ label: "现代物流", count: "3", wan: "1234.5" }), sliceFrom({ label: "未填", count: "", wan: "0" })];
  const option = bars(slices, "wan", 600) as any;
  assert.deepEqual(option.yAxis.data, ["现代物流", "未填"]);
  assert.deepEqual(option.series[0].data.map((one: any) => [one.value, one.label.formatter]), [[1234.5, "1234.5"], [0, "0"]]);
  assert.equal((bars(slices, "count", 300) as any).series[0].data[0].label.formatter, "3 个");
});
