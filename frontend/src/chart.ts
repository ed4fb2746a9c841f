// The island of the completion page: reads the page's table, draws it by amount or by rate.
import { BarChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { amountNote, figure, rateNote, rowFrom } from "./chart/figures";
import { byAmount, byRate, heightFor, type Frame } from "./chart/options";

use([BarChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

type View = "amount" | "rate";
const VIEWS: [View, string][] = [
  ["amount", "按金额"],
  ["rate", "按完成率"],
];
/** The width of the text on an A4 sheet, in CSS pixels. */
const PAPER_WIDTH = 640;

function island(figureElement: HTMLElement, table: HTMLTableElement): void {
  const rows = Array.from(table.querySelectorAll<HTMLElement>("tbody tr[data-unit]"), (row) => rowFrom(row.dataset));
  if (rows.length === 0) return;
  const elapsedText = table.dataset["elapsed"] || undefined;
  const elapsed = figure(elapsedText);

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

  let view: View = "amount";
  const chart = init(drawing, undefined, { renderer: "svg", width: drawing.clientWidth, height: 100 });
  const draw = (width = drawing.clientWidth) => {
    const frame: Frame = { rows, elapsed, elapsedText, width };
    chart.resize({ width, height: heightFor(frame) });
    chart.setOption(view === "amount" ? byAmount(frame) : byRate(frame), { notMerge: true });
    chart.getZr().flush(); // paper does not wait for the next frame
    note.textContent = view === "amount" ? amountNote(elapsedText) : rateNote(rows, elapsedText);
    drawing.setAttribute("aria-label", `${figureElement.getAttribute("aria-label") ?? "图"}。${note.textContent}数字见下表。`);
  };

  const buttons = VIEWS.map(([key, words]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "zs-chart__view";
    button.textContent = words;
    button.addEventListener("click", () => show(key));
    views.append(button);
    return [key, button] as const;
  });
  const show = (key: View) => {
    view = key;
    buttons.forEach(([other, button]) => button.setAttribute("aria-pressed", String(other === key)));
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

document.querySelectorAll<HTMLElement>('[data-island="completion-chart"]').forEach((element) => {
  const table = document.getElementById(element.dataset["table"] ?? "");
  if (table instanceof HTMLTableElement) island(element, table);
});
