// The islands that draw: each reads a table of its page. The completion by amount or by rate, the parts of a list by
// number or by investment.
import { BarChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { amountNote, figure, rateNote, rowFrom } from "./chart/figures";
import { byAmount, byRate, type ChartOption, heightFor, type Frame } from "./chart/options";
import { bars, type Measure, sliceFrom, structureHeight, structureNote } from "./chart/structure";

use([BarChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

/** The width of the text on an A4 sheet, in CSS pixels. */
const PAPER_WIDTH = 640;

/** One way of drawing: its button, its height, its options, the sentence below it. */
interface View {
  words: string;
  height: (width: number) => number;
  option: (width: number) => ChartOption;
  note: string;
}

/** The frame of every drawing: buttons for its views, the drawing, a sentence that says what is drawn. */
function draws(figureElement: HTMLElement, all: [View, ...View[]]): void {
  const views = document.createElement("div");
  views.className = "zs-chart__views";
  views.setAttribute("role", "group");
  views.setAttribute("aria-label", "图的口径");
  const drawing = document.createElement("div");
  drawing.className = "zs-chart__drawing";
  drawing.setAttribute("role", "img");
  const note = document.createElement("p");
  note.className = "zs-chart__note";
  figureElement.append(views, drawing, note);
  figureElement.hidden = false;

  let view: View = all[0];
  const chart = init(drawing, undefined, { renderer: "svg", width: drawing.clientWidth, height: 100 });
  const draw = (width = drawing.clientWidth) => {
    chart.resize({ width, height: view.height(width) });
    chart.setOption(view.option(width), { notMerge: true });
    chart.getZr().flush(); // paper does not wait for the next frame
    note.textContent = view.note;
    drawing.setAttribute("aria-label", `${figureElement.getAttribute("aria-label") ?? "图"}。${note.textContent}数字见下表。`);
  };

  const buttons = all.map((one) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "zs-chart__view";
    button.textContent = one.words;
    button.addEventListener("click", () => show(one));
    views.append(button);
    return [one, button] as const;
  });
  const show = (one: View) => {
    view = one;
    buttons.forEach(([other, button]) => button.setAttribute("aria-pressed", String(other === one)));
    draw();
  };
  show(view);

  let drawnWidth = drawing.clientWidth;
  window.addEventListener("resize", () => {
    if (drawing.clientWidth !== drawnWidth) draw();
    drawnWidth = drawing.clientWidth;
  });
  window.addEventListener("beforeprint", () => draw(PAPER_WIDTH));
  window.addEventListener("afterprint", () => draw());
}

function completion(figureElement: HTMLElement, table: HTMLTableElement): void {
  const rows = Array.from(table.querySelectorAll<HTMLElement>("tbody tr[data-unit]"), (row) => rowFrom(row.dataset));
  if (rows.length === 0) return;
  const elapsedText = table.dataset["elapsed"] || undefined;
  const elapsed = figure(elapsedText);
  const frame = (width: number): Frame => ({ rows, elapsed, elapsedText, width });
  const height = (width: number) => heightFor(frame(width));
  draws(figureElement, [
    { words: "按金额", height, option: (width) => byAmount(frame(width)), note: amountNote(elapsedText) },
    { words: "按完成率", height, option: (width) => byRate(frame(width)), note: rateNote(rows, elapsedText) },
  ]);
}

function structure(figureElement: HTMLElement, table: HTMLTableElement): void {
  const slices = Array.from(table.querySelectorAll<HTMLElement>("tbody tr[data-label]"), (row) => sliceFrom(row.dataset));
  if (slices.length === 0) return;
  const view = (words: string, measure: Measure): View => ({
    words,
    height: () => structureHeight(slices),
    option: (width) => bars(slices, measure, width),
    note: structureNote(measure),
  });
  draws(figureElement, [view("按个数", "count"), view("按投资额", "wan")]);
}

for (const [name, island] of [["completion-chart", completion], ["structure-chart", structure]] as const) {
  document.querySelectorAll<HTMLElement>(`[data-island="${name}"]`).forEach((element) => {
    const table = document.getElementById(element.dataset["table"] ?? "");
    if (table instanceof HTMLTableElement) island(element, table);
  });
}
