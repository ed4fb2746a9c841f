// The two drawings as ECharts options.
import type { BarSeriesOption, ScatterSeriesOption } from "echarts/charts";
import type { GridComponentOption, LegendComponentOption, MarkLineComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";
import { dueByNow, rateAxisEnd, rateBar, whole, type Row } from "./figures";

export type ChartOption = ComposeOption<
  BarSeriesOption | ScatterSeriesOption | GridComponentOption | LegendComponentOption | MarkLineComponentOption | TooltipComponentOption
>;

export interface Frame {
  rows: Row[];
  elapsed: number | null;
  elapsedText: string | undefined;
  /** Width of the drawing in CSS pixels. */
  width: number;
}

const INK = "#1c2733";
const LINE = "#d5dce5";
const TARGET = "#cdd8e6";
const TARGET_EDGE = "#71839b";
const DONE = "#1b4b8f";
const MARK = "#c2410c";
const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
const BREAK_MARK = "path://M0,16 L5,0 L9,0 L4,16 Z";

export const isNarrow = (width: number): boolean => width < 560;
export const heightFor = (frame: Frame): number => frame.rows.length * (isNarrow(frame.width) ? 38 : 30) + 84;

function nameWidth(width: number): number {
  if (isNarrow(width)) return 84;
  if (width < 620) return 150;
  return width < 860 ? 194 : 236;
}

/** What both drawings share: names down the left in the table's order, figures to the right of the bars. */
function common(frame: Frame, figuresWidth: number): ChartOption {
  const narrow = isNarrow(frame.width);
  const names = frame.rows.map((row) => (narrow ? row.short : row.unit));
  const width = nameWidth(frame.width);
  const axis = { type: "category" as const, data: names, inverse: true };
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    grid: { left: width + 12, right: figuresWidth, top: 40, bottom: 36, outerBoundsMode: "none" },
    yAxis: [
      {
        ...axis,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: TARGET_EDGE } },
        axisLabel: { color: INK, fontSize: 12, interval: 0, width, overflow: "break", lineHeight: 14 },
      },
      { ...axis, show: false },
    ],
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // HTML would carry style attributes, which the security policy refuses
      confine: true,
      axisPointer: { type: "shadow", shadowStyle: { color: "rgba(27,75,143,.07)" } },
      textStyle: { color: INK, fontSize: 13, fontFamily: FONT },
      formatter: (points) => {
        const point = Array.isArray(points) ? points[0] : points;
        const row = frame.rows[point?.dataIndex ?? 0];
        if (!row) return "";
        const due = dueByNow(row, frame.elapsed);
        const lines = [row.unit, `任务数 ${whole(row.target)} 万元`, `完成数 ${whole(row.done)} 万元`, `完成率 ${row.rateText}`];
        if (due !== null) lines.push(`按时间进度应达 ${whole(due)} 万元`);
        return lines.join("\n");
      },
    },
  };
}

const rightLabel = (text: string) => ({ show: true, position: "right" as const, formatter: text, color: INK, fontSize: 12, distance: 4, backgroundColor: "rgba(255,255,255,.85)", padding: [1, 2] });

export function byAmount(frame: Frame): ChartOption {
  const narrow = isNarrow(frame.width);
  const texts = frame.rows.map((row) => `${whole(row.done)}／${whole(row.target)}`);
  // The figures stand behind the longer of the two bars.
  const outer = frame.rows.map((row) => ((row.done ?? 0) > (row.target ?? 0) ? "done" : "target"));
  const bars = (which: "done" | "target") =>
    frame.rows.map((row, at) => ({
      value: row[which] ?? 0,
      ...(outer[at] === which ? { label: rightLabel(texts[at] ?? "") } : {}),
    }));
  const due = frame.rows.map((row, at) => [dueByNow(row, frame.elapsed) ?? "-", at]);
  return {
    ...common(frame, narrow ? 90 : 110),
    legend: { top: 4, left: "center", itemGap: narrow ? 10 : 20, textStyle: { color: INK, fontSize: 12 }, selectedMode: false },
    xAxis: {
      type: "value",
      splitNumber: narrow ? 2 : 5,
      axisLabel: { color: INK, fontSize: 11, formatter: String },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: [
      { name: "任务数", type: "bar", barWidth: 16, data: bars("target"), itemStyle: { color: TARGET, borderColor: TARGET_EDGE, borderWidth: 1 } },
      { name: "完成数", type: "bar", yAxisIndex: 1, barWidth: 8, z: 3, data: bars("done"), itemStyle: { color: DONE } },
      ...(frame.elapsed === null
        ? []
        : [
            {
              name: "时间进度应达",
              type: "scatter" as const,
              z: 4,
              symbol: "rect",
              symbolSize: [3, 22],
              itemStyle: { color: MARK },
              data: due,
              silent: true,
            },
          ]),
    ],
  };
}

export function byRate(frame: Frame): ChartOption {
  const narrow = isNarrow(frame.width);
  const end = rateAxisEnd(frame.rows);
  const bars = frame.rows.map((row) => ({ value: rateBar(row.rate).length, label: rightLabel(row.rateText) }));
  const breaks = frame.rows.flatMap((row, at) => (rateBar(row.rate).cut ? [[end * 0.93, at]] : []));
  const line = (at: number, text: string, type: "solid" | "dashed", color: string) => ({
    xAxis: at,
    lineStyle: { color, type, width: 2 },
    label: { formatter: text, position: "start" as const, color, fontSize: 12, fontWeight: "bold" as const },
  });
  // Two labels on one spot cannot be read: near the end of the year only the elapsed one is written.
  const close = frame.elapsed !== null && Math.abs(100 - frame.elapsed) < (narrow ? 70 : 25);
  return {
    ...common(frame, 68),
    legend: { show: false },
    xAxis: {
      type: "value",
      min: Math.min(0, ...frame.rows.map((row) => row.rate ?? 0)),
      max: end,
      interval: narrow ? 100 : 50,
      axisLabel: { color: INK, fontSize: 11, formatter: "{value}%" },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: [
      {
        name: "完成率",
        type: "bar",
        barWidth: 14,
        data: bars,
        itemStyle: { color: DONE },
        markLine: {
          silent: true,
          z: 1, // behind the bars and their figures
          symbol: "none",
          data: [
            line(100, close ? "" : "100%", "solid", TARGET_EDGE),
            ...(frame.elapsed === null ? [] : [line(frame.elapsed, `时间进度 ${frame.elapsedText}%`, "dashed", MARK)]),
          ],
        },
      },
      { name: "截断", type: "scatter", z: 4, silent: true, symbol: BREAK_MARK, symbolSize: [9, 18], itemStyle: { color: "#fff" }, data: breaks },
    ],
  };
}
