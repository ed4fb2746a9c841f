// Places in the table, and what a paste puts where. No browser in here.
import type { Table } from "./clipboard";

export interface Place {
  row: number;
  column: number;
}

export interface Range {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export const rangeOf = (one: Place, other: Place): Range => ({
  top: Math.min(one.row, other.row),
  left: Math.min(one.column, other.column),
  bottom: Math.max(one.row, other.row),
  right: Math.max(one.column, other.column),
});

export const height = (range: Range): number => range.bottom - range.top + 1;
export const width = (range: Range): number => range.right - range.left + 1;
export const isOne = (range: Range): boolean => height(range) === 1 && width(range) === 1;

export interface Put extends Place {
  text: string;
}

/** What a pasted table puts where: one cell fills the whole selection, a table repeats where the selection is a
 * multiple of it, else it goes from the first cell on. Columns beyond the last are dropped and counted. */
export function spread(table: Table, onto: Range, columns: number): { puts: Put[]; dropped: number } {
  const rows = table.length;
  const wide = Math.max(...table.map((row) => row.length));
  const repeats = (selected: number, pasted: number) => (selected % pasted === 0 ? selected : pasted);
  const tall = repeats(height(onto), rows);
  const across = repeats(width(onto), wide);
  const puts: Put[] = [];
  let dropped = 0;
  for (let row = 0; row < tall; row++) {
    for (let column = 0; column < across; column++) {
      const text = table[row % rows]?.[column % wide];
      // A shorter row leaves what is there.
      if (text === undefined) continue;
      if (onto.left + column >= columns) dropped += 1;
      else puts.push({ row: onto.top + row, column: onto.left + column, text });
    }
  }
  return { puts, dropped };
}

/** A title as it is compared: without blanks, the unit in brackets, and the star of what must be filled in. */
const bare = (title: string): string => title.replace(/[\s*＊]/g, "").replace(/[（(](?:单位[：:])?(?:万元|亿元)[）)]$/, "");

/** Whether the first row of a pasted table is its header: all its cells are the titles of the columns they would go
 * into, or at least two of them, and half, are titles of this table. A single cell is never one. */
export function isHeader(table: Table, left: number, titles: string[]): boolean {
  const first = (table[0] ?? []).map(bare);
  const filled = first.filter((text) => text !== "");
  if (filled.length === 0 || (table.length === 1 && filled.length === 1)) return false;
  const known = titles.map(bare);
  if (first.every((text, at) => text === "" || text === known[left + at])) return true;
  const met = filled.filter((text) => known.includes(text)).length;
  return met >= 2 && met * 2 >= filled.length;
}

/** Titles of a header that stand over another column than the one they would go into. */
export function astray(header: string[], left: number, titles: string[]): number {
  return header.filter((title, at) => bare(title) !== "" && bare(title) !== bare(titles[left + at] ?? "")).length;
}

/** Fill down: the first row of the selection into the others; a single row takes what stands above it. */
export function fillDown(selected: Range): { from: number; to: [number, number] } | undefined {
  if (height(selected) > 1) return { from: selected.top, to: [selected.top + 1, selected.bottom] };
  return selected.top > 0 ? { from: selected.top - 1, to: [selected.top, selected.top] } : undefined;
}

/** Where a key leads from a place in a table of so many rows and columns; undefined for a key that leads nowhere. */
export function step(key: string, ctrl: boolean, at: Place, rows: number, columns: number): Place | undefined {
  const within = (row: number, column: number): Place => ({
    row: Math.min(Math.max(row, 0), rows - 1),
    column: Math.min(Math.max(column, 0), columns - 1),
  });
  switch (key) {
    case "ArrowUp":
      return within(ctrl ? 0 : at.row - 1, at.column);
    case "ArrowDown":
      return within(ctrl ? rows - 1 : at.row + 1, at.column);
    case "ArrowLeft":
      return within(at.row, ctrl ? 0 : at.column - 1);
    case "ArrowRight":
      return within(at.row, ctrl ? columns - 1 : at.column + 1);
    case "Home":
      return within(ctrl ? 0 : at.row, 0);
    case "End":
      return within(ctrl ? rows - 1 : at.row, columns - 1);
    case "PageUp":
      return within(at.row - 10, at.column);
    case "PageDown":
      return within(at.row + 10, at.column);
    default:
      return undefined;
  }
}

/** The next cell by Tab, row after row; undefined beyond the ends. */
export function tab(back: boolean, at: Place, rows: number, columns: number): Place | undefined {
  const next = at.row * columns + at.column + (back ? -1 : 1);
  return next < 0 || next >= rows * columns ? undefined : { row: Math.floor(next / columns), column: next % columns };
}
