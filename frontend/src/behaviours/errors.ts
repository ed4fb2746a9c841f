/** After a refused form the reading starts at the summary of what is wrong. */
export function focusErrors(root: Document): void {
  root.querySelector<HTMLElement>(".zs-errors")?.focus();
}
