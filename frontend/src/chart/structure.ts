// The drawing of what a list is made of, as ECharts options; read from the page's own table.
import { figure, type Attributes } from "./figures";
import type { ChartOption } from "./options";

export interface Slice {
  label: string;
  count: number;
  /** 万元 as printed. */
  wan: string;
}

export function sliceFrom(data: Attributes): Slice {
  return { label: data["label"] ?? "", count: figure(data["count"]) ?? 0, wan: data["wan"] ?? "0" };
}

export type Measure = "count" | "wan";

const INK = "#1c2733";
const LINE = "#d5dce5";
const BAR = "#1b4b8f";
const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';

export const structureHeight = (slices: Slice[]): number => slices.length * 30 + 44;

/** Bars down the left in the table's order, each with its figure. */
export function bars(slices: Slice[], measure: Measure, width: number): ChartOption {
  const narrow = width < 420;
  const name = narrow ? 92 : 124;
  const value = (slice: Slice) => (measure === "count" ? slice.count : Number(slice.wan));
  const text = (slice: Slice) => (measure === "count" ? `${slice.count} 个` : slice.wan);
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    grid: { left: name + 12, right: measure === "count" ? 56 : 96, top: 8, bottom: 28, outerBoundsMode: "none" },
    xAxis: { type: "value", splitNumber: narrow ? 2 : 4, minInterval: measure === "count" ? 1 : 0, axisLabel: { color: INK, fontSize: 11, formatter: String, hideOverlap: true }, splitLine: { lineStyle: { color: LINE } } },
    yAxis: {
      type: "category",
      inverse: true,
      data: slices.map((slice) => slice.label),
      axisTick: { show: false },
      axisLabel: { color: INK, fontSize: 12, interval: 0, width: name, overflow: "break", lineHeight: 14 },
    },
    series: [
      {
        name: measure === "count" ? "个数" : "投资额",
        type: "bar",
        barWidth: 16,
        itemStyle: { color: BAR },
        data: slices.map((slice) => ({
          value: value(slice),
          label: { show: true, position: "right" as const, formatter: text(slice), color: INK, fontSize: 12, distance: 4 },
        })),
      },
    ],
  };
}

export const structureNote = (measure: Measure): string => (measure === "count" ? "条形为项目个数。" : "条形为已明确的投资额，单位：万元。");
