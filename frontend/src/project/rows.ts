// Rows that repeat: added and taken away in place. Without script the same buttons ask the server.

/** The names of a copied row with its place put in: `investors.__.name` → `investors.3.name`. */
export function placed(text: string, place: number): string {
  return text.split("__").join(String(place));
}

/** One more than the largest place among names such as `investors.2.name`. */
export function nextPlace(names: Iterable<string>, list: string): number {
  let next = 0;
  for (const name of names) {
    const [first, place] = name.split(".");
    if (first === list && place !== undefined && /^\d+$/.test(place)) next = Math.max(next, Number(place) + 1);
  }
  return next;
}

const PLACED = ["id", "name", "for", "value", "aria-describedby", "data-amount", "data-currency", "data-kind"];

function renumber(titles: Element, label: string): void {
  titles.querySelectorAll<HTMLElement>("[data-row]").forEach((row, at) => {
    const title = row.querySelector<HTMLElement>(".zs-row__title");
    if (title) title.textContent = `${label}${at + 1}`;
    row.setAttribute("aria-label", `${label}${at + 1}`);
  });
}

export function repeatingRows(form: HTMLFormElement, changed: () => void): void {
  form.querySelectorAll<HTMLElement>("[data-rows]").forEach((rows) => {
    const list = rows.dataset["rows"] ?? "";
    const template = rows.querySelector("template");
    const add = form.querySelector<HTMLButtonElement>(`[data-add="${list}"]`);
    if (!template || !add) return;
    const label = template.content.querySelector(".zs-row__title")?.textContent ?? "";
    add.addEventListener("click", (event) => {
      event.preventDefault();
      const place = nextPlace(Array.from(rows.querySelectorAll<HTMLInputElement>("[name]"), (field) => field.name), list);
      const row = template.content.cloneNode(true) as DocumentFragment;
      row.querySelectorAll("*").forEach((element) => {
        for (const name of PLACED) {
          const text = element.getAttribute(name);
          if (text?.includes("__")) element.setAttribute(name, placed(text, place));
        }
      });
      const first = row.querySelector<HTMLElement>("input, select");
      rows.insertBefore(row, template);
      renumber(rows, label);
      first?.focus();
      changed();
    });
    rows.addEventListener("click", (event) => {
      const drop = (event.target as Element).closest(".zs-row__drop");
      if (!drop) return;
      event.preventDefault();
      drop.closest("[data-row]")?.remove();
      renumber(rows, label);
      add.focus();
      changed();
    });
  });
}
