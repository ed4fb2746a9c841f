// What the server says of cells, shown beside them: refusals, and how amounts are read.
import type { Control } from "./sheet";

export interface Checked {
  cells: { name: string; why: string }[];
  readings: { name: string; tick: string; text: string; words: string }[];
}

/** Shows why a cell is refused; an empty text takes it away. */
export function showWhy(control: Control, why: string): void {
  const cell = control.closest("td");
  if (!cell) return;
  let box = cell.querySelector<HTMLElement>(".zs-field-error");
  if (why === "") {
    box?.remove();
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
    return;
  }
  if (!box) {
    box = document.createElement("p");
    box.className = "zs-field-error";
    cell.append(box);
  }
  box.id ||= `${control.name}-error`;
  box.textContent = why;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", box.id);
}

/** Shows how an amount is read, with a box to say that it is right; ticked for one text it does not stand for another. */
export function showReading(control: Control, reading: { tick: string; text: string; words: string } | undefined): void {
  const cell = control.closest("td");
  if (!cell) return;
  let label = cell.querySelector<HTMLLabelElement>(".zs-sheet__read");
  if (!reading) {
    label?.remove();
    return;
  }
  if (!label) {
    label = document.createElement("label");
    label.className = "zs-sheet__read";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = reading.tick;
    label.append(box, document.createElement("span"));
    cell.append(label);
  }
  const box = label.querySelector("input");
  const words = label.querySelector("span");
  if (!box || !words) return;
  if (box.value !== reading.text) {
    box.value = reading.text;
    box.checked = false;
  }
  words.textContent = `${reading.words}，数额无误`;
}
