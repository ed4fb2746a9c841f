/**
 * `data-autosubmit`: choosing with the pointer sends the form. With the keyboard every arrow key is a choice,
 * so there the form's own button sends it.
 */
export function autosubmit(root: Document): void {
  root.querySelectorAll<HTMLElement>("[data-autosubmit]").forEach((field) => {
    let byKeyboard = false;
    field.addEventListener("keydown", () => (byKeyboard = true));
    field.addEventListener("pointerdown", () => (byKeyboard = false));
    field.addEventListener("change", () => {
      const form = field.closest("form");
      if (!byKeyboard && form && form.reportValidity()) form.submit();
    });
  });
}
