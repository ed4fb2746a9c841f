/** `<button type="button" data-print hidden>` prints the page. */
export function printButtons(root: Document, view: Window): void {
  root.querySelectorAll<HTMLButtonElement>("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => view.print());
  });
}
