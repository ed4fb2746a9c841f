import assert from "node:assert/strict";
import { test } from "node:test";
import { clipboardTable, fromHtml, fromTsv, toHtml, toTsv } from "../src/grid/clipboard";
import { History } from "../src/grid/history";
import { astray, fillDown, isHeader, rangeOf, spread, step, tab } from "../src/grid/range";

test("plain cells: tabs, breaks of every kind, the last break begins no row", () => {
  assert.deepEqual(fromTsv("甲\t1\r\n乙\t2\r\n"), [["甲", "1"], ["乙", "2"]]);
  assert.deepEqual(fromTsv("甲\n乙"), [["甲"], ["乙"]]);
  assert.deepEqual(fromTsv("甲\t\n\t乙"), [["甲", ""], ["", "乙"]]);
  assert.deepEqual(fromTsv("甲\r乙\r"), [["甲"], ["乙"]]);
  assert.deepEqual(fromTsv(""), [[""]]);
  assert.deepEqual(fromTsv("\n甲"), [[""], ["甲"]]);
});

test("quoted cells keep breaks, tabs and quotes", () => {
  assert.deepEqual(fromTsv('"第一行\r\n第二行"\t12000\r\n'), [["第一行\n第二行", "12000"]]);
  assert.deepEqual(fromTsv('"他说""好""\n走"\t"a\tb"'), [['他说"好"\n走', "a\tb"]]);
  // A quote that is only a character, and one that never ends.
  assert.deepEqual(fromTsv('"引号"开头\t1'), [['"引号"开头', "1"]]);
  assert.deepEqual(fromTsv('"没有结束\t1\n2'), [['"没有结束', "1"], ["2"]]);
  assert.deepEqual(fromTsv('5"管\t""'), [['5"管', ""]]);
});

test("Excel's table: head, styles and comments left out, breaks within cells kept", () => {
  const html = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!-- td {mso-number-format:"\\@";} --></style></head>
<body><table border=0><!--StartFragment--><col width=64><tr height=20><td class=xl65>临港仓储<br>
    二期</td><td align=right x:num="1200">1,200</td></tr>
 <tr><td>甲&amp;乙&nbsp;丙</td><td></td></tr><!--EndFragment--></table></body></html>`;
  assert.deepEqual(fromHtml(html), [["临港仓储\n二期", "1,200"], ["甲&乙 丙", ""]]);
});

test("Word's paragraphs, merged cells, cells never closed, a table in a cell", () => {
  assert.deepEqual(fromHtml("<table><tr><td><p>一</p><p>二</p></td></tr></table>"), [["一\n二"]]);
  assert.deepEqual(fromHtml("<TABLE><TR><TD rowspan=2>甲<TD colspan=2>乙<TR><TD>丙<TD>丁</TABLE>"), [["甲", "乙", ""], ["", "丙", "丁"]]);
  assert.deepEqual(fromHtml("<table><tr><td>外<table><tr><td>内</td><td>层</td></tr></table></td><td>旁</td></tr></table>"), [["外内\n层", "旁"]]);
  assert.equal(fromHtml("<p>没有表格</p>"), null);
  assert.deepEqual(fromHtml("<table><tr><td>1 < 2 &#x4e2d;&#22269; &unknown;</td></tr></table>"), [["1 < 2 中国 &unknown;"]]);
});

test("the plain text is exact where both have one shape; else the table tells the cells apart", () => {
  const html = "<table><tr><td>a b<br>c</td><td>2</td></tr></table>";
  assert.deepEqual(clipboardTable(html, '"a  b\nc"\t2'), [["a  b\nc", "2"]]);
  assert.deepEqual(clipboardTable(html, "a b\nc\t2"), [["a b\nc", "2"]]);
  assert.deepEqual(clipboardTable("", "一\t二"), [["一", "二"]]);
  assert.deepEqual(clipboardTable("<b>粗</b>", "粗"), [["粗"]]);
  assert.equal(clipboardTable("", ""), null);
});

test("what is copied comes back", () => {
  const table = [["一\n二", 'a"b'], ["<td>&", "\t"], ["", "尾"]];
  assert.deepEqual(fromTsv(toTsv(table)), table);
  assert.deepEqual(fromHtml(toHtml([["一\n二", "<td>&"], ["x", ""]])), [["一\n二", "<td>&"], ["x", ""]]);
});

test("a paste goes from the first cell on, fills a selection, repeats in a multiple of itself", () => {
  const place = (row: number, column: number) => ({ row, column });
  assert.deepEqual(spread([["x"]], rangeOf(place(1, 1), place(2, 2)), 5).puts.length, 4);
  assert.deepEqual(spread([["a", "b"]], rangeOf(place(0, 0), place(1, 0)), 5).puts.map((put) => [put.row, put.column, put.text]), [
    [0, 0, "a"], [0, 1, "b"], [1, 0, "a"], [1, 1, "b"],
  ]);
  const beyond = spread([["a", "b", "c"]], rangeOf(place(3, 4), place(3, 4)), 5);
  assert.deepEqual([beyond.puts.length, beyond.dropped], [1, 2]);
  assert.deepEqual(spread([["a"], ["b", "c"]], rangeOf(place(0, 0), place(0, 0)), 5).puts.length, 3);
});

test("a header pasted along is known by its titles", () => {
  const titles = ["项目名称", "产业", "投资额（万元）", "备注"];
  assert.ok(isHeader([["项目名称", "产业", "投资额"], ["甲", "现代物流", "1"]], 0, titles));
  assert.ok(isHeader([["产业 ", "投资额\n(万元)"], ["现代物流", "1"]], 1, titles));
  assert.ok(isHeader([["备注"], ["甲"]], 3, titles));
  assert.ok(isHeader([["序号", "*项目名称", "产业", "所在地"], ["1", "甲", "现代物流", "鹿城区"]], 0, titles));
  assert.ok(!isHeader([["备注"]], 3, titles), "a single cell is what somebody means to paste");
  assert.ok(!isHeader([["备注"], ["甲"]], 0, titles), "one title over another column is a text");
  assert.ok(!isHeader([["项目名称升级工程", "产业", "1"], ["甲", "乙", "2"]], 0, titles));
  assert.ok(!isHeader([["", ""], ["甲", "乙"]], 0, titles));
  assert.equal(astray(["项目名称", "产业"], 0, titles), 0);
  assert.equal(astray(["序号", "项目名称", ""], 0, titles), 2);
});

test("keys lead within the table, Tab leaves it at its ends", () => {
  const at = { row: 1, column: 1 };
  assert.deepEqual(step("ArrowUp", false, at, 3, 3), { row: 0, column: 1 });
  assert.deepEqual(step("ArrowDown", true, at, 3, 3), { row: 2, column: 1 });
  assert.deepEqual(step("End", true, at, 3, 3), { row: 2, column: 2 });
  assert.deepEqual(step("Home", false, at, 3, 3), { row: 1, column: 0 });
  assert.deepEqual(step("PageDown", false, at, 3, 3), { row: 2, column: 1 });
  assert.equal(step("x", false, at, 3, 3), undefined);
  assert.deepEqual(tab(false, { row: 0, column: 2 }, 3, 3), { row: 1, column: 0 });
  assert.equal(tab(false, { row: 2, column: 2 }, 3, 3), undefined);
  assert.equal(tab(true, { row: 0, column: 0 }, 3, 3), undefined);
});

test("fill down takes the first row of the selection, or what stands above", () => {
  assert.deepEqual(fillDown({ top: 1, left: 0, bottom: 3, right: 0 }), { from: 1, to: [2, 3] });
  assert.deepEqual(fillDown({ top: 2, left: 0, bottom: 2, right: 4 }), { from: 1, to: [2, 2] });
  assert.equal(fillDown({ top: 0, left: 0, bottom: 0, right: 0 }), undefined);
});

test("a paste is one step; a new step forgets what was undone", () => {
  const history = new History<string, number>();
  const change = (cell: string) => ({ cell, before: "", after: "x" });
  history.push({ words: "粘贴", changes: [change("a"), change("b")], added: [1] });
  history.push({ words: "填写", changes: [], added: [] });
  assert.equal(history.undo()?.changes.length, 2);
  assert.equal(history.undo(), undefined);
  assert.equal(history.redo()?.words, "粘贴");
  history.undo();
  history.push({ words: "填写", changes: [change("c")], added: [] });
  assert.equal(history.redo(), undefined);
});
