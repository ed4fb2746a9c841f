/** A size for people: one decimal from a megabyte on, whole kilobytes below. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** `.zs-drop` around a file field: takes files dropped on it and says which file is chosen. */
export function dropZones(root: Document): void {
  root.querySelectorAll<HTMLElement>(".zs-drop").forEach((zone) => {
    const field = zone.querySelector<HTMLInputElement>("input[type=file]");
    if (!field) return;

    const name = root.createElement("span");
    name.className = "zs-drop__name";
    name.setAttribute("role", "status");
    field.after(name);
    const show = () => {
      name.textContent = Array.from(field.files ?? [], (file) => `${file.name}（${sizeInWords(file.size)}）`).join("、");
    };
    field.addEventListener("change", show);
    show();

    const over = (on: boolean) => zone.classList.toggle("zs-drop--over", on);
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    zone.addEventListener("dragleave", () => over(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const files = event.dataTransfer?.files;
      if (files && files.length > 0) {
        field.files = files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });
}
