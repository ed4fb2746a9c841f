// The island of the board: arrow keys between cards, a key for the menu, cards dragged to another column. Every move
// leads to the page that asks for its date; without script the menu of a card does the same.
import { beside, type Column } from "./board/moves";

const columnsOf = (board: HTMLElement): HTMLElement[] => Array.from(board.querySelectorAll<HTMLElement>("[data-stage]"));
const cardsOf = (column: Element): HTMLElement[] => Array.from(column.querySelectorAll<HTMLElement>("[data-card]"));
const nameOf = (card: Element) => card.querySelector<HTMLElement>(".zs-board__name");
const menuOf = (card: Element) => card.querySelector<HTMLDetailsElement>("details");
const linkTo = (card: Element, stage: string | undefined) => card.querySelector<HTMLAnchorElement>(`a[data-to="${stage ?? ""}"]`);

function island(board: HTMLElement): void {
  const columns = columnsOf(board);
  const shape = (): Column[] => columns.map((column) => ({ stage: column.dataset["stage"] ?? "", cards: cardsOf(column).length }));

  const focus = (column: number, card: number) => {
    const target = columns[column] ? cardsOf(columns[column])[card] : undefined;
    const name = target ? nameOf(target) : null;
    name?.focus();
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const open = (card: HTMLElement) => {
    const menu = menuOf(card);
    if (!menu) return;
    menu.open = true;
    menu.querySelector<HTMLElement>("a")?.focus();
  };

  board.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return;
    const card = event.target.closest<HTMLElement>("[data-card]");
    if (!card) {
      // On the board itself: into its first card.
      const first = columns.findIndex((column) => cardsOf(column).length > 0);
      if (event.target === board && event.key.startsWith("Arrow") && first >= 0) {
        event.preventDefault();
        focus(first, 0);
      }
      return;
    }
    const menu = menuOf(card);
    if (menu?.open && menu.contains(event.target)) {
      const links = Array.from(menu.querySelectorAll<HTMLElement>("a"));
      const at = links.indexOf(event.target as HTMLElement);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        links[(at + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length]?.focus();
      } else if (event.key === "Escape") {
        event.preventDefault();
        menu.open = false;
        nameOf(card)?.focus();
      }
      return;
    }
    const column = columns.findIndex((one) => one.contains(card));
    const row = cardsOf(columns[column] ?? board).indexOf(card);
    if (event.key === "m" || event.key === "M" || event.key === "ContextMenu") {
      event.preventDefault();
      open(card);
      return;
    }
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      // 到资 comes from accepted funds: the move goes past it.
      const way = event.key === "ArrowRight" ? 1 : -1;
      for (let next = column + way; next >= 0 && next < columns.length; next += way) {
        const link = linkTo(card, columns[next]?.dataset["stage"]);
        if (link) {
          event.preventDefault();
          link.click();
          return;
        }
      }
      return;
    }
    const next = beside(shape(), { column, card: row }, event.key);
    if (next) {
      event.preventDefault();
      focus(next.column, next.card);
    }
  });

  // A menu that is left closes.
  board.addEventListener("focusout", (event) => {
    const menu = event.target instanceof Element ? event.target.closest("details") : null;
    if (menu && !(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))) menu.open = false;
  });

  let dragged: HTMLElement | undefined;
  board.querySelectorAll<HTMLElement>("[data-card]").forEach((card) => {
    card.draggable = true;
    nameOf(card)?.setAttribute("draggable", "false");
  });
  board.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof Element ? (event.target.closest<HTMLElement>("[data-card]") ?? undefined) : undefined;
    event.dataTransfer?.setData("text/plain", dragged ? (nameOf(dragged)?.textContent ?? "") : "");
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-stage]") : null;
    columns.forEach((one) => one.classList.toggle("zs-board__column--over", one === column));
    if (dragged && column && linkTo(dragged, column.dataset["stage"])) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-stage]") : null;
    event.preventDefault();
    if (dragged && column) linkTo(dragged, column.dataset["stage"])?.click();
  });
  board.addEventListener("dragend", () => {
    dragged = undefined;
    columns.forEach((one) => one.classList.remove("zs-board__column--over"));
  });
}

document.querySelectorAll<HTMLElement>('[data-island="board"]').forEach(island);
