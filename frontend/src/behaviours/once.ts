const SENT = "zsSent";

/** A form that writes is sent once: a second click is ignored until the page is left or shown again. */
export function submitOnce(root: Document, view: Window): void {
  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || "repeatable" in form.dataset || event.defaultPrevented) return;
    if (form.dataset[SENT]) {
      event.preventDefault();
      return;
    }
    form.dataset[SENT] = "1";
    form.setAttribute("aria-busy", "true");
  });
  // Back from the next page the browser may show this one as it was left.
  view.addEventListener("pageshow", () => {
    root.querySelectorAll<HTMLFormElement>("form[aria-busy]").forEach((form) => {
      delete form.dataset[SENT];
      form.removeAttribute("aria-busy");
    });
  });
}
