// The island of tables that are filled in like a spreadsheet: `data-island="grid"` on any table whose cells hold inputs.
//
// data-status="id"    the status line that says what was done
// data-add="id"       the template of a further row, `__` standing for its place; data-more="id" the button for one
// data-check="/…"     where the changed rows are sent to be checked while one works; the answer is shown beside the cells
// data-sparse         rows nobody changed are not sent
// data-errors="id"    the button that leads to the next refused cell; data-right="id" the one that ticks all readings
// data-leave="id"     where Escape leads
import { type Checked, showReading, showWhy } from "./grid/checks";
import { type Control, Sheet } from "./grid/sheet";

const byId = (id: string | undefined) => (id ? document.getElementById(id) : null);

const rowOf = (element: Element) => element.closest<HTMLTableRowElement>("tr");

/** Whether somebody changed a row since the page was made. */
function isChanged(row: HTMLTableRowElement): boolean {
  if (row.dataset["dirty"] !== undefined) return true;
  return Array.from(row.querySelectorAll<Control>("input:not([type=hidden]):not([type=checkbox]), textarea, select")).some((control) =>
    control instanceof HTMLSelectElement
      ? Array.from(control.options).some((option) => option.selected !== option.defaultSelected)
      : control.value !== control.defaultValue,
  );
}

function island(table: HTMLTableElement): void {
  const form = table.closest("form");
  const status = byId(table.dataset["status"]);
  const template = byId(table.dataset["add"]);
  const say = (words: string, aloud = false) => {
    if (!status) return;
    status.textContent = words;
    status.classList.toggle("zs-sheet__aloud", aloud);
  };
  const rows = () => Array.from(table.querySelectorAll<HTMLTableRowElement>("tbody > tr"));
  let next = Number(table.dataset["next"] ?? rows().length);
  const most = Number(table.dataset["most"] ?? "500");
  const addRow = (): HTMLTableRowElement | undefined => {
    const first = template instanceof HTMLTemplateElement ? template.content.querySelector("tr") : null;
    const body = table.tBodies[0];
    if (!first || !body || rows().length >= most) return undefined;
    const row = first.cloneNode(true) as HTMLTableRowElement;
    row.querySelectorAll("[name], [id], [aria-labelledby]").forEach((element) => {
      for (const name of ["name", "id", "aria-labelledby"]) {
        const text = element.getAttribute(name);
        if (text?.includes("__")) element.setAttribute(name, text.split("__").join(String(next)));
      }
    });
    next += 1;
    body.append(row);
    return row;
  };

  const refused = () => Array.from(table.querySelectorAll<Control>("[aria-invalid=true]"));
  const unread = () => Array.from(table.querySelectorAll<HTMLInputElement>(".zs-sheet__read input")).filter((box) => !box.checked);
  const errors = byId(table.dataset["errors"]);
  const right = byId(table.dataset["right"]);
  const count = byId(table.dataset["count"]);
  const buttons = () => {
    const wrong = refused().length;
    if (errors) {
      errors.hidden = wrong === 0;
      errors.textContent = `下一处有误（共 ${wrong} 处）`;
    }
    const ticks = unread().length;
    if (right) {
      right.hidden = ticks === 0;
      right.textContent = `这 ${ticks} 处金额都读得对`;
    }
    if (count) {
      const changed = rows().filter(isChanged).length;
      count.textContent = changed === 0 ? "没有改动" : `改动 ${changed} 行`;
    }
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const check = async () => {
    const address = table.dataset["check"];
    if (!address || !form) return;
    const sent = rows().filter(isChanged);
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (!/^rows\./.test(name) && typeof value === "string") body.append(name, value);
    }
    for (const row of sent) {
      row.querySelectorAll<HTMLInputElement>("[name]").forEach((control) => {
        if (control.type !== "checkbox" || control.checked) body.append(control.name, control.value);
      });
    }
    asked += 1;
    const mine = asked;
    const answer = await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
    // What was asked before the last change is no answer to it.
    if (mine !== asked || !answer?.ok) return;
    const checked = (await answer.json()) as Checked;
    const why = new Map(checked.cells.map((one) => [one.name, one.why]));
    const readings = new Map(checked.readings.map((one) => [one.name, one]));
    for (const row of sent) {
      row.querySelectorAll<Control>("[data-sheet]").forEach((control) => {
        showWhy(control, why.get(control.name) ?? "");
        showReading(control, readings.get(control.name));
      });
    }
    buttons();
  };
  const later = () => {
    buttons();
    if (timer !== undefined) clearTimeout(timer);
    timer = setTimeout(() => void check(), 500);
  };

  const sheet = new Sheet(table, {
    changed: (controls) => {
      // What is no longer there is no longer wrong; the server says what is.
      controls.forEach((control) => {
        const row = rowOf(control);
        if (row && !isChanged(row)) {
          row.querySelectorAll<Control>("[data-sheet]").forEach((one) => {
            showWhy(one, "");
            showReading(one, undefined);
          });
        }
      });
      later();
    },
    say,
    addRow,
    most: template ? most : undefined,
    leave: () => (byId(table.dataset["leave"]) ?? form?.querySelector<HTMLElement>("button"))?.focus(),
  });

  table.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.closest(".zs-sheet__read")) later();
  });
  errors?.addEventListener("click", () => {
    const wrong = refused();
    const at = wrong.findIndex((control) => control.tabIndex === 0);
    const following = wrong[(at + 1) % wrong.length];
    if (following) sheet.goTo(following);
  });
  right?.addEventListener("click", () => {
    unread().forEach((box) => (box.checked = true));
    later();
  });
  byId(table.dataset["more"])?.addEventListener("click", (event) => {
    event.preventDefault();
    const row = addRow();
    if (row) sheet.added(row);
    buttons();
  });

  let leaving = false;
  form?.addEventListener("submit", (event) => {
    sheet.commit();
    if (event.defaultPrevented) return;
    leaving = true;
    if (table.dataset["sparse"] === undefined) return;
    const same = rows().filter((row) => !isChanged(row));
    same.forEach((row) => row.querySelectorAll<HTMLInputElement>("[name]").forEach((control) => (control.disabled = true)));
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    table.querySelectorAll<HTMLInputElement>("[name]:disabled").forEach((control) => (control.disabled = false));
  });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || table.dataset["sparse"] === undefined || !rows().some(isChanged)) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers
  });
  buttons();
  const wrong = refused()[0];
  if (wrong) sheet.goTo(wrong);
}

document.querySelectorAll<HTMLTableElement>('table[data-island="grid"]').forEach(island);
