/**
 * `data-unfold`: a link to a part of another page (`address#part`) shows the part in the place of the element around
 * it. Where it cannot be fetched the link leads there.
 */
export function unfold(root: Document, view: Window): void {
  root.querySelectorAll<HTMLAnchorElement>("a[data-unfold]").forEach((link) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      void show(link, view);
    });
  });
}

async function show(link: HTMLAnchorElement, view: Window): Promise<void> {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href, { redirect: "manual" }).catch(() => undefined);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  const part = page?.getElementById(link.hash.slice(1));
  if (!part) return view.location.assign(link.href);
  const shown = link.ownerDocument.importNode(part, true);
  link.parentElement?.replaceWith(shown);
  shown.querySelector<HTMLElement>("input:not([type=hidden]), select")?.focus();
}
