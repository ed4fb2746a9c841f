// Amounts read back as they are typed: “读作 12000 万元”, with a box to say that it is right.
import { asked, Asker } from "./asking";

type ReadBack = { words: string; why: string };

const later = (milliseconds: number, then: () => void) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

/** A plain number of 万元 needs no words. */
export const isPlain = (text: string) => /^(\d+(\.\d{1,6})?)?$/.test(text.trim());

export function amounts(form: HTMLFormElement): void {
  const askers = new WeakMap<HTMLInputElement, Asker<ReadBack>>();

  const asker = (field: HTMLInputElement): Asker<ReadBack> => {
    const known = askers.get(field);
    if (known) return known;
    const asker = new Asker<ReadBack>(
      400,
      async () => {
        const text = field.value.trim();
        if (isPlain(text)) return { words: "", why: "" };
        const currency = form.elements.namedItem(field.dataset["currency"] || "-");
        return asked<ReadBack>("/projects/amount", { text, currency: currency instanceof HTMLInputElement ? currency.value : "" });
      },
      (answer) => show(field, answer),
      later,
    );
    askers.set(field, asker);
    return asker;
  };

  const show = (field: HTMLInputElement, answer: ReadBack) => {
    const box = document.getElementById(field.dataset["amount"] ?? "");
    const words = box?.querySelector<HTMLElement>(".zs-reading__words");
    const right = box?.querySelector<HTMLInputElement>("input");
    if (!box || !words || !right) return;
    words.textContent = answer.words || answer.why;
    box.hidden = words.textContent === "";
    right.closest<HTMLElement>("label")!.hidden = answer.words === "";
    // Ticked for one text, it does not stand for another.
    if (right.value !== field.value.trim()) {
      right.value = field.value.trim();
      right.checked = false;
    }
  };

  const amountOf = (target: EventTarget | null) =>
    target instanceof HTMLInputElement && target.dataset["amount"] !== undefined ? target : undefined;
  form.addEventListener("input", (event) => {
    const field = amountOf(event.target);
    if (field && !(event as InputEvent).isComposing) asker(field).soon();
  });
  form.addEventListener("compositionend", (event) => {
    const field = amountOf(event.target);
    if (field) asker(field).soon();
  });
  form.addEventListener("focusout", (event) => {
    const field = amountOf(event.target);
    if (field) void asker(field).now();
  });
}
