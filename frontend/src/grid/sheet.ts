// A table of inputs worked like a spreadsheet. The inputs stay what they are: the form sends them as without script.
//
// The cell one is at always has the focus in its own input, all of it marked: what is typed, also by an input method,
// goes into the input at once and replaces what stood there. So no key is ever taken from an input method.
import { clipboardTable, toHtml, toTsv, type Table } from "./clipboard";
import { History, type Change, type Step } from "./history";
import { astray, fillDown, isHeader, isOne, rangeOf, spread, step, tab, type Place, type Range } from "./range";

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const CONTROLS = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea, select";
/** What is clicked for itself, not to choose the cell. */
const OWN = "a, button, label, input[type=checkbox], input[type=radio]";

export interface Hooks {
  /** After values changed, by whatever way. */
  changed: (controls: Control[]) => void;
  /** What was done, for the status line; aloud what must not be missed. */
  say: (words: string, aloud?: boolean) => void;
  /** A further row at the end; undefined where none can be added. */
  addRow: () => HTMLTableRowElement | undefined;
  /** How many rows there may be, where rows are added. */
  most: number | undefined;
  /** Where Escape leads out of the table. */
  leave: () => void;
}

const isText = (control: Control): control is HTMLInputElement | HTMLTextAreaElement => !(control instanceof HTMLSelectElement);

/** A cell's words: of a list the option's. */
const textOf = (control: Control): string =>
  control instanceof HTMLSelectElement ? (control.value === "" ? "" : (control.selectedOptions[0]?.text ?? "")) : control.value;

export class Sheet {
  private rows: HTMLTableRowElement[] = [];
  private cells: Control[][] = [];
  private readonly places = new Map<Control, Place>();
  private at: Place = { row: 0, column: 0 };
  private anchor: Place = { row: 0, column: 0 };
  private marked = new Set<Element>();
  /** Whether keys work inside the cell; by typing (arrows still move on), or opened to be edited. */
  private editing: "no" | "typed" | "opened" = "no";
  /** The cell's value when one came to it. */
  private before = "";
  private composing = false;
  private dragging = false;
  private readonly history = new History<Control, HTMLTableRowElement>();

  constructor(
    readonly table: HTMLTableElement,
    private readonly hooks: Hooks,
  ) {
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.classList.add("zs-sheet--live");
    this.read();
    const first = this.cells[0]?.[0];
    if (first) first.tabIndex = 0;
    table.addEventListener("focusin", (event) => this.focused(event));
    table.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && table.contains(event.relatedTarget))) this.commit();
    });
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("mouseover", (event) => this.dragged(event));
    document.addEventListener("mouseup", () => (this.dragging = false));
    table.addEventListener("compositionstart", () => {
      this.composing = true;
      this.type();
    });
    table.addEventListener("compositionend", () => (this.composing = false));
    table.addEventListener("input", (event) => {
      if (event.isTrusted && this.controlOf(event.target)) this.type();
    });
    table.addEventListener("change", (event) => {
      if (event.isTrusted && event.target instanceof HTMLSelectElement) this.commit();
    });
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("copy", (event) => this.copy(event, false));
    table.addEventListener("cut", (event) => this.copy(event, true));
    table.addEventListener("paste", (event) => this.paste(event));
  }

  /** Rows and their cells as they stand now. */
  private read(): void {
    this.rows = [];
    this.cells = [];
    this.places.clear();
    this.table.querySelectorAll<HTMLTableRowElement>("tbody > tr").forEach((row) => {
      const controls = Array.from(row.cells, (cell) => (cell.tagName === "TD" ? cell.querySelector<Control>(CONTROLS) : null)).filter(
        (control): control is Control => control !== null,
      );
      if (controls.length === 0) return;
      controls.forEach((control, column) => {
        this.places.set(control, { row: this.rows.length, column });
        if (control.dataset["sheet"] === undefined) {
          control.dataset["sheet"] = "";
          control.tabIndex = -1;
          const cell = control.closest("td");
          cell?.setAttribute("role", "gridcell");
          cell?.setAttribute("aria-selected", "false");
        }
      });
      // Between cells one goes by keys: links of rows are no stops of Tab on the way.
      row.querySelectorAll<HTMLElement>("th a").forEach((link) => (link.tabIndex = -1));
      this.rows.push(row);
      this.cells.push(controls);
    });
  }

  get columns(): number {
    return Math.max(0, ...this.cells.map((row) => row.length));
  }

  /** What stands over each column of inputs. */
  private get titles(): string[] {
    const heads = this.table.tHead?.rows[this.table.tHead.rows.length - 1]?.cells;
    return (this.cells[0] ?? []).map((control) => heads?.[control.closest("td")?.cellIndex ?? -1]?.textContent ?? "");
  }

  private controlOf(target: EventTarget | null): Control | undefined {
    return target instanceof Element && this.places.has(target as Control) ? (target as Control) : undefined;
  }

  private control(place: Place): Control | undefined {
    return this.cells[place.row]?.[place.column];
  }

  private get current(): Control | undefined {
    return this.control(this.at);
  }

  private get selected(): Range {
    return rangeOf(this.anchor, this.at);
  }

  /** Goes to a cell; with `extend` the selection grows to it. */
  go(place: Place, extend = false): void {
    this.commit();
    const old = this.current;
    const control = this.control(place);
    if (!control) return;
    if (old) old.tabIndex = -1;
    control.tabIndex = 0;
    this.at = place;
    if (!extend) this.anchor = place;
    this.before = control.value;
    this.mark();
    control.focus({ preventScroll: true });
    if (isText(control)) control.select();
    control.closest("td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Goes to the cell of an input. */
  goTo(control: Control): void {
    const place = this.places.get(control);
    if (place) this.go(place);
  }

  private mark(): void {
    const { top, left, bottom, right } = this.selected;
    const now = new Set<Element>();
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = this.control({ row, column })?.closest("td");
        if (cell) now.add(cell);
      }
    }
    for (const cell of this.marked) if (!now.has(cell)) cell.setAttribute("aria-selected", "false");
    for (const cell of now) if (!this.marked.has(cell)) cell.setAttribute("aria-selected", "true");
    this.marked = now;
    this.table.querySelectorAll(".zs-sheet__at").forEach((cell) => cell.classList.remove("zs-sheet__at"));
    this.current?.closest("td")?.classList.add("zs-sheet__at");
  }

  private focused(event: FocusEvent): void {
    const control = this.controlOf(event.target);
    if (control && control !== this.current) this.goTo(control);
    else if (control && this.editing === "no") {
      this.before = control.value;
      this.mark();
      if (isText(control)) control.select();
    }
  }

  private pressed(event: MouseEvent): void {
    const target = event.target;
    if (event.button !== 0 || !(target instanceof Element) || target.closest(OWN)) return;
    const control = target.closest("td")?.querySelector<Control>(CONTROLS);
    const place = control ? this.places.get(control) : undefined;
    if (!control || !place) return;
    if (control instanceof HTMLSelectElement) return;
    const here = control === this.current && document.activeElement === control;
    if (here && !event.shiftKey) {
      // A second click opens the cell, and sets the caret where it hit the text.
      if (this.editing === "no") this.open();
      return;
    }
    event.preventDefault();
    this.go(place, event.shiftKey);
    this.dragging = true;
  }

  private dragged(event: MouseEvent): void {
    if (!this.dragging || (event.buttons & 1) === 0 || !(event.target instanceof Element)) return;
    const control = event.target.closest("td")?.querySelector<Control>(CONTROLS);
    const place = control ? this.places.get(control) : undefined;
    if (place && (place.row !== this.at.row || place.column !== this.at.column)) this.go(place, true);
  }

  private look(open: boolean): void {
    this.current?.closest("td")?.classList.toggle("zs-sheet__open", open);
  }

  /** Something is typed into the cell: what stood there is replaced already. */
  private type(): void {
    if (this.editing !== "no") return;
    this.editing = "typed";
    this.look(true);
  }

  /** Opens the cell to be edited. */
  private open(): void {
    const control = this.current;
    if (!control) return;
    this.editing = "opened";
    this.anchor = this.at;
    this.mark();
    this.look(true);
    if (isText(control)) control.setSelectionRange(control.value.length, control.value.length);
  }

  /** Ends editing; what was typed becomes a step that can be undone. */
  commit(): void {
    const control = this.current;
    this.look(false);
    this.editing = "no";
    if (!control || control.value === this.before) return;
    const change = { cell: control, before: this.before, after: control.value };
    this.before = control.value;
    this.history.push({ words: "填写", changes: [change], added: [] });
    this.hooks.changed([control]);
  }

  private key(event: KeyboardEvent): void {
    const control = this.controlOf(event.target);
    // While an input method composes, every key is its own.
    if (!control || event.isComposing || this.composing || event.keyCode === 229) return;
    const handled = this.editing === "no" ? this.keyMoving(event) : this.keyEditing(event, control);
    if (handled) event.preventDefault();
  }

  private keyEditing(event: KeyboardEvent, control: Control): boolean {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    switch (event.key) {
      case "Escape":
        control.value = this.before;
        this.commit();
        this.go(this.at);
        return true;
      case "Enter":
        if (event.altKey && control instanceof HTMLTextAreaElement) {
          control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
          return true;
        }
        this.move(event.shiftKey ? "ArrowUp" : "ArrowDown");
        return true;
      case "Tab":
        return this.tab(event.shiftKey);
      case "ArrowUp":
      case "ArrowDown":
        // A list of suggestions needs them.
        if (this.editing !== "typed" || !plain || event.shiftKey || control.hasAttribute("list")) return false;
        this.move(event.key);
        return true;
      case "ArrowLeft":
      case "ArrowRight":
        if (this.editing !== "typed" || !plain || event.shiftKey) return false;
        this.move(event.key);
        return true;
      case "F2":
        this.editing = "opened";
        return true;
      default:
        return false;
    }
  }

  private keyMoving(event: KeyboardEvent): boolean {
    const ctrl = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (ctrl && !event.altKey) {
      switch (key) {
        case "z":
          this.undo(event.shiftKey);
          return true;
        case "y":
          this.undo(true);
          return true;
        case "d":
          this.fillDown();
          return true;
        case "a":
          this.anchor = { row: 0, column: 0 };
          this.at = { row: this.rows.length - 1, column: this.columns - 1 };
          this.go(this.at, true);
          return true;
      }
    }
    switch (key) {
      case "F2":
        this.open();
        return true;
      case "Enter":
        if (event.altKey) return false;
        this.move(event.shiftKey ? "ArrowUp" : "ArrowDown");
        return true;
      case "Tab":
        return this.tab(event.shiftKey);
      case "Escape":
        this.hooks.leave();
        return true;
      case "Delete":
      case "Backspace":
        this.clear("清除");
        return true;
    }
    const next = step(key, ctrl, this.at, this.rows.length, this.columns);
    if (!next || event.altKey) return false;
    this.go(next, event.shiftKey);
    return true;
  }

  private move(key: string): void {
    const next = step(key, false, this.at, this.rows.length, this.columns);
    if (next) this.go(next);
  }

  /** Beyond the last cell Tab leaves the table. */
  private tab(back: boolean): boolean {
    const next = tab(back, this.at, this.rows.length, this.columns);
    if (next) this.go(next);
    else this.commit();
    return next !== undefined;
  }

  /** Puts a text into a cell; null where a list has no such option. */
  private put(control: Control, text: string): Change<Control> | undefined | null {
    const before = control.value;
    let after = text;
    if (control instanceof HTMLSelectElement) {
      const option = Array.from(control.options).find((one) => one.value === text || one.text.trim() === text.trim());
      if (!option && text.trim() !== "") return null;
      after = option?.value ?? "";
    } else if (control instanceof HTMLInputElement) after = text.replace(/\s*\n\s*/g, " ");
    if (after === before || control.disabled || (isText(control) && control.readOnly)) return undefined;
    control.value = after;
    return { cell: control, before, after: control.value };
  }

  /** Does several puts as one step. */
  private apply(words: string, puts: [Control | undefined, string][], added: HTMLTableRowElement[] = []): number {
    const changes: Change<Control>[] = [];
    let unknown = 0;
    for (const [control, text] of puts) {
      const change = control ? this.put(control, text) : undefined;
      if (change) changes.push(change);
      else if (change === null) unknown += 1;
    }
    this.history.push({ words, changes, added });
    this.before = this.current?.value ?? "";
    this.hooks.changed(changes.map((change) => change.cell));
    return unknown;
  }

  private inRange(range: Range): Place[] {
    const places: Place[] = [];
    for (let row = range.top; row <= range.bottom; row++) {
      for (let column = range.left; column <= range.right; column++) places.push({ row, column });
    }
    return places;
  }

  private clear(words: string): void {
    this.apply(
      words,
      this.inRange(this.selected).map((place) => [this.control(place), ""]),
    );
    const control = this.current;
    if (control && isText(control)) control.select();
  }

  private fillDown(): void {
    const fill = fillDown(this.selected);
    if (!fill) return;
    const { left, right } = this.selected;
    const puts: [Control | undefined, string][] = [];
    for (let row = fill.to[0]; row <= fill.to[1]; row++) {
      for (let column = left; column <= right; column++) {
        const above = this.control({ row: fill.from, column });
        if (above) puts.push([this.control({ row, column }), textOf(above)]);
      }
    }
    this.apply("向下填充", puts);
    this.hooks.say(`已向下填充 ${fill.to[1] - fill.to[0] + 1} 行`);
    const control = this.current;
    if (control && isText(control)) control.select();
  }

  private copy(event: ClipboardEvent, cut: boolean): void {
    if (!this.controlOf(event.target) || this.editing !== "no" || !event.clipboardData) return;
    const { top, left, bottom, right } = this.selected;
    const table: Table = [];
    for (let row = top; row <= bottom; row++) {
      const line: string[] = [];
      for (let column = left; column <= right; column++) {
        const control = this.control({ row, column });
        line.push(control ? textOf(control) : "");
      }
      table.push(line);
    }
    event.clipboardData.setData("text/plain", toTsv(table));
    event.clipboardData.setData("text/html", toHtml(table));
    event.preventDefault();
    if (cut) this.clear("剪切");
    this.hooks.say(isOne(this.selected) ? "已复制" : `已复制 ${bottom - top + 1} 行 ${right - left + 1} 列`);
  }

  private paste(event: ClipboardEvent): void {
    if (!this.controlOf(event.target) || this.editing !== "no" || !event.clipboardData) return;
    const table = clipboardTable(event.clipboardData.getData("text/html"), event.clipboardData.getData("text/plain"));
    event.preventDefault();
    if (table) this.pasteTable(table);
  }

  /** Puts a table from the selection on; its header is left out, and rows that are lacking are added where the page
   * allows it. */
  pasteTable(pasted: Table): void {
    const onto = this.selected;
    const titles = this.titles;
    const header = isHeader(pasted, onto.left, titles) ? pasted[0] : undefined;
    const table = header ? pasted.slice(1) : pasted;
    if (table.length === 0) {
      this.hooks.say("粘贴的只有表头行，已略去，没有粘贴任何内容", true);
      return;
    }
    // Without its header the block is not as tall as what was chosen for it: it is put once.
    const room = header ? rangeOf({ row: onto.top, column: onto.left }, { row: onto.top, column: onto.left }) : onto;
    const { puts, dropped } = spread(table, room, this.columns);
    const added: HTMLTableRowElement[] = [];
    const last = Math.max(...puts.map((put) => put.row));
    while (this.rows.length + added.length <= last) {
      const row = this.hooks.addRow();
      if (!row) break;
      added.push(row);
    }
    if (added.length > 0) this.read();
    const fits = puts.filter((put) => put.row < this.rows.length);
    const unknown = this.apply(
      "粘贴",
      fits.map((put) => [this.control(put), put.text]),
      added,
    );
    const bottom = Math.min(last, this.rows.length - 1);
    const right = Math.max(onto.left, ...fits.map((put) => put.column));
    this.go({ row: onto.top, column: onto.left });
    this.at = { row: bottom, column: right };
    this.mark();
    this.at = { row: onto.top, column: onto.left };
    this.anchor = { row: bottom, column: right };
    this.mark();
    const rows = bottom - onto.top + 1;
    const said = [`已粘贴 ${rows} 行 ${right - onto.left + 1} 列`];
    const lost: string[] = [];
    if (last > bottom) {
      const { most } = this.hooks;
      const rest = `已粘贴前${rows}行，其余${last - bottom}行没有粘贴`;
      said[0] = most === undefined ? `表格到底了：${rest}，请核对行数` : `一次最多${most}行：${rest}，请先保存再粘贴后面的`;
    }
    if (dropped > 0) lost.push(`有 ${dropped} 格超出最后一列，没有粘贴`);
    if (unknown > 0) lost.push(`有 ${unknown} 格不在可选的内容里，没有粘贴`);
    if (header) {
      said.push("已略去表头行");
      if (astray(header, onto.left, titles) > 0) lost.push("表头与这里的列不一致，请核对各列的内容");
    }
    said.push(...lost, "按 Ctrl+Z 可整个撤销");
    this.hooks.say(said.join("；"), lost.length > 0 || last > bottom);
  }

  private undo(redo: boolean): void {
    const step = redo ? this.history.redo() : this.history.undo();
    if (!step) {
      this.hooks.say(redo ? "没有可以恢复的操作" : "没有可以撤销的操作");
      return;
    }
    this.replay(step, redo);
    this.hooks.say(`${redo ? "已恢复" : "已撤销"}${step.words}`);
  }

  private replay(step: Step<Control, HTMLTableRowElement>, redo: boolean): void {
    const body = this.table.tBodies[0];
    if (redo && body) step.added.forEach((row) => body.append(row));
    for (const change of step.changes) change.cell.value = redo ? change.after : change.before;
    if (!redo) step.added.forEach((row) => row.remove());
    if (step.added.length > 0) this.read();
    const cells = step.changes.map((change) => change.cell).filter((cell) => this.places.has(cell));
    const first = cells.map((cell) => this.places.get(cell)).find((place) => place !== undefined);
    // The cell one was at may be gone with its row: its value is no longer compared.
    this.at = first ?? { row: Math.min(this.at.row, this.rows.length - 1), column: this.at.column };
    this.before = this.current?.value ?? "";
    this.go(this.at);
    this.hooks.changed(cells);
  }

  /** Takes up a row that was added by a button. */
  added(row: HTMLTableRowElement): void {
    this.read();
    const control = row.querySelector<Control>(CONTROLS);
    if (control) this.goTo(control);
  }
}
