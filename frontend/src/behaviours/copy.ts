/** On plain http there is no `navigator.clipboard`: select a hidden text area and let the browser copy it. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser's settings: the old way below still works.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.appendChild(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** `<button type="button" data-copy="ID" hidden>` copies the text of the element with that id. */
export function copyButtons(root: Document): void {
  root.querySelectorAll<HTMLButtonElement>("button[data-copy]").forEach((button) => {
    const source = root.getElementById(button.dataset["copy"] ?? "");
    if (!source) return;
    const said = root.createElement("span");
    said.className = "zs-hint";
    said.setAttribute("role", "status");
    button.after(said);
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = source instanceof HTMLTextAreaElement || source instanceof HTMLInputElement ? source.value : source.textContent ?? "";
      void copy(text).then((done) => {
        said.textContent = done ? "已复制" : "浏览器不允许复制，请手工选中后复制";
        button.focus();
      });
    });
  });
}
