// What Excel, WPS and Word put on the clipboard, as rows of cells; and what we put there. No browser in here.

export type Table = string[][];

/** A quoted field that begins at `from`: its text and where it ends; none when the quote is only a character. */
function quoted(text: string, from: number): { value: string; end: number } | undefined {
  let value = "";
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') {
      value += text[at];
    } else if (text[at + 1] === '"') {
      value += '"';
      at++;
    } else {
      const next = text[at + 1];
      return next === undefined || next === "\t" || next === "\n" || next === "\r" ? { value, end: at + 1 } : undefined;
    }
  }
  return undefined;
}

/** Rows parted by line breaks, cells by tabs; a cell with breaks, tabs or quotes in it is quoted, its quotes doubled. */
export function fromTsv(text: string): Table {
  const rows: Table = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    let value: string;
    const field = text[at] === '"' ? quoted(text, at) : undefined;
    if (field) {
      value = field.value.replace(/\r\n?/g, "\n");
      at = field.end;
    } else {
      let end = at;
      while (end < text.length && text[end] !== "\t" && text[end] !== "\n" && text[end] !== "\r") end++;
      value = text.slice(at, end);
      at = end;
    }
    row.push(value);
    if (text[at] === "\t") {
      at++;
      continue;
    }
    rows.push(row);
    row = [];
    if (at >= text.length) break;
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
    // The break after the last row begins no further one.
    if (at >= text.length) break;
  }
  return rows;
}

const NAMED: { [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ensp: "\u2002", emsp: "\u3000", hellip: "…", mdash: "—", ndash: "–", ldquo: "“", rdquo: "”", lsquo: "‘", rsquo: "’", middot: "·", times: "×", deg: "°" };

/** Text with its character references read. */
export function unescape(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, name: string) => {
    if (name[0] !== "#") return NAMED[name.toLowerCase()] ?? whole;
    const code = name[1] === "x" || name[1] === "X" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A cell's text: breaks from br, p and div; white space of the source is one blank. */
class CellText {
  private text = "";
  private pending = false;

  add(source: string): void {
    for (const part of source.split(/([ \t\r\n]+)/)) {
      if (part === "") continue;
      if (/^[ \t\r\n]+$/.test(part)) this.pending = this.text !== "" && !this.text.endsWith("\n");
      else {
        this.text += (this.pending ? " " : "") + part;
        this.pending = false;
      }
    }
  }

  /** A line break; a paragraph's only where something stands before it. */
  break(always: boolean): void {
    this.pending = false;
    if (always || (this.text !== "" && !this.text.endsWith("\n"))) this.text += "\n";
  }

  value(): string {
    return unescape(this.text).replace(/\u00a0/g, " ").replace(/\n+$/, "").trim();
  }
}

const attribute = (tag: string, name: string): number => {
  const found = new RegExp(`\\b${name}\\s*=\\s*["']?(\\d+)`, "i").exec(tag);
  return found ? Math.min(Math.max(Number(found[1]), 1), 1000) : 1;
};

/** The first table of an HTML fragment; merged cells keep their text in the first of their places. Null without one. */
export function fromHtml(html: string): Table | null {
  const source = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, "");
  const rows: Table = [];
  // Places that a cell of a row above reaches into: column → rows still to come.
  const below = new Map<number, number>();
  let row: string[] | undefined;
  let cell: { text: CellText; columns: number; rows: number } | undefined;
  let depth = 0;
  const skipTaken = (into: string[]) => {
    while ((below.get(into.length) ?? 0) > 0) {
      below.set(into.length, (below.get(into.length) ?? 0) - 1);
      into.push("");
    }
  };
  const endCell = () => {
    if (!cell || !row) return;
    skipTaken(row);
    const value = cell.text.value();
    for (let column = 0; column < cell.columns; column++) {
      if (cell.rows > 1) below.set(row.length, cell.rows - 1);
      row.push(column === 0 ? value : "");
    }
    cell = undefined;
  };
  const endRow = () => {
    endCell();
    if (!row) return;
    skipTaken(row);
    rows.push(row);
    row = undefined;
  };
  for (const [part] of source.matchAll(/<\/?[a-z][^>]*>|[^<]+|</gi)) {
    const tag = /^<(\/?)([a-z][a-z0-9]*)/i.exec(part);
    if (!tag) {
      cell?.text.add(part);
      continue;
    }
    const [, closing, raw] = tag;
    const name = (raw ?? "").toLowerCase();
    if (name === "table") {
      depth += closing ? -1 : 1;
      if (closing && depth === 0) break;
      continue;
    }
    if (depth !== 1) {
      // A table within a cell is read as lines of that cell.
      if (cell && closing && (name === "tr" || name === "td")) cell.text.break(false);
      continue;
    }
    if (name === "tr") {
      endRow();
      if (!closing) row = [];
    } else if (name === "td" || name === "th") {
      endCell();
      if (!closing) {
        row ??= [];
        cell = { text: new CellText(), columns: attribute(part, "colspan"), rows: attribute(part, "rowspan") };
      }
    } else if (name === "br") cell?.text.break(true);
    else if (name === "p" || name === "div" || name === "li") cell?.text.break(false);
  }
  endRow();
  return rows.length > 0 ? rows : null;
}

/** The cells of a clipboard. The plain text is exact where it has the same shape as the table; where a program did not
 * quote breaks within cells, only the table tells the cells apart. */
export function clipboardTable(html: string, plain: string): Table | null {
  const table = html === "" ? null : fromHtml(html);
  const text = plain === "" ? null : fromTsv(plain);
  if (!table) return text;
  const shape = (rows: Table) => rows.map((row) => row.length).join();
  return text && shape(text) === shape(table) ? text : table;
}

/** Cells as other programs take them. */
export function toTsv(table: Table): string {
  const field = (text: string) => (/[\t\n"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return table.map((row) => row.map(field).join("\t")).join("\r\n");
}

export function toHtml(table: Table): string {
  const escape = (text: string) =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/\n/g, "<br>");
  const rows = table.map((row) => `<tr>${row.map((text) => `<td>${escape(text)}</td>`).join("")}</tr>`);
  return `<table>${rows.join("")}</table>`;
}
