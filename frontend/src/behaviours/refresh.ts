/** Looks again after `data-refresh` seconds: pages that say how far something is. Without script there is a link for it. */
export function refreshAgain(root: ParentNode, page: Window): void {
  const element = root.querySelector<HTMLElement>("[data-refresh]");
  const seconds = Number(element?.dataset.refresh);
  if (seconds > 0) page.setTimeout(() => page.location.reload(), seconds * 1000);
}
