/** `data-confirm="question"` on a form or on the button that sends it. Runs before the once-only guard. */
export function confirmFirst(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const sender = (event as SubmitEvent).submitter ?? null;
    const question = sender?.dataset["confirm"] ?? form.dataset["confirm"];
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });
  // Chromium 80 does not say which button sent the form.
  if (typeof SubmitEvent === "undefined") {
    root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-confirm]");
      if (button && !window.confirm(button.dataset["confirm"])) event.preventDefault();
    });
  }
}
