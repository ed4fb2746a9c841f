// What the chart draws, worked out from the rows of the page's table. No browser, no ECharts.

/** One enterprise as the table states it: amounts in 万元, the rate in %; null where the table shows —. */
export interface Row {
  unit: string;
  short: string;
  target: number | null;
  done: number | null;
  rate: number | null;
  /** The rate as printed. */
  rateText: string;
}

export type Attributes = { [name: string]: string | undefined };

/** A plain decimal string; anything else, the empty string included, is "no figure". */
export function figure(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** A row from the `data-…` attributes of its `<tr>`. */
export function rowFrom(data: Attributes): Row {
  const unit = data["unit"] ?? "";
  const rate = figure(data["rate"]);
  return {
    unit,
    short: data["short"] || unit,
    target: figure(data["target"]),
    done: figure(data["done"]),
    rate,
    rateText: rate === null ? "—" : `${data["rate"]}%`,
  };
}

/** What should be there by now: the target's share of the time gone by. */
export function dueByNow(row: Row, elapsed: number | null): number | null {
  return row.target === null || elapsed === null ? null : (row.target * elapsed) / 100;
}

/** 万元 as printed: whole, half up, — for no figure. */
export function whole(amount: number | null): string {
  return amount === null ? "—" : String(Math.floor(amount + 0.5));
}

/** Where bars of rates end. One very large rate must not flatten all others. */
export const RATE_CUT = 200;

export interface RateBar {
  length: number;
  cut: boolean;
}

/** The bar of a rate: cut at RATE_CUT, and said to be cut. */
export function rateBar(rate: number | null): RateBar {
  if (rate === null) return { length: 0, cut: false };
  return rate > RATE_CUT ? { length: RATE_CUT, cut: true } : { length: rate, cut: false };
}

/** The end of the rate axis: the cut if any bar is cut, else the next full 50 % above all bars and the 100 % line. */
export function rateAxisEnd(rows: Row[]): number {
  const largest = Math.max(100, ...rows.map((row) => rateBar(row.rate).length));
  return Math.min(RATE_CUT, Math.ceil(largest / 50) * 50);
}

/** The sentence under the drawing by amount. */
export function amountNote(elapsed: string | undefined): string {
  const mark = elapsed ? `，竖线为按时间进度（${elapsed}%）应达到的数额` : "";
  return `单位：万元。浅色宽条为任务数，深色条为完成数${mark}。右侧数字为完成数／任务数。`;
}

/** The sentence under the drawing by rate. */
export function rateNote(rows: Row[], elapsed: string | undefined): string {
  const cut = rows.filter((row) => rateBar(row.rate).cut).length;
  const line = elapsed ? `，虚线为时间进度 ${elapsed}%` : "";
  const ends = cut > 0 ? `超过 ${RATE_CUT}% 的 ${cut} 户条形截断，以斜口标出，右侧数字为实际完成率。` : "右侧数字为完成率。";
  return `条形为完成率，实线为 100%${line}。${ends}`;
}
