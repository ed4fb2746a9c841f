// Names of central and provincial enterprises: the browser's own list is filled from the directory by short name, former
// name and initials, and what the directory says of the name stands below it. Nothing typed is ever changed.
import { asked, Asker } from "./asking";

type Found = { remark: string; enterprises: { name: string; short_names: string[]; in_use: string }[] };

const ADDRESSES: Record<string, string> = {
  central: "/api/v1/central-enterprises",
  provincial: "/api/v1/provincial-enterprises",
};

/** The browser shows as many at most. */
const MOST = 12;

const later = (milliseconds: number, then: () => void) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

/** What the list offers: the typed text stands in each label, or the browser would hide a name found by its initials. */
export function choices(typed: string, found: Found): { value: string; label: string }[] {
  return found.enterprises.slice(0, MOST).map((one) => {
    const former = one.in_use === "former" ? "曾用名 " : "";
    return { value: one.name, label: `${former}${one.short_names[0] ?? ""} ${typed}`.trim() };
  });
}

function attach(form: HTMLFormElement, input: HTMLInputElement): void {
  const usual = input.getAttribute("list") ?? "";
  const said = document.getElementById(`${input.id}-central`);
  const own = document.createElement("datalist");
  own.id = `${input.id}-found`;
  input.after(own);
  const kind = () => {
    const field = form.elements.namedItem(input.dataset["kind"] ?? "");
    return field instanceof HTMLSelectElement ? field.value : "";
  };
  const say = (words: string) => {
    if (said) said.textContent = words;
  };
  const asker = new Asker<Found>(
    250,
    async () => {
      const address = ADDRESSES[kind()];
      const typed = input.value.trim();
      if (address === undefined || typed === "") return { remark: "", enterprises: [] };
      return asked<Found>(address, { q: typed });
    },
    (found) => {
      const typed = input.value.trim();
      own.textContent = "";
      for (const { value, label } of choices(typed, found)) {
        const option = document.createElement("option");
        option.value = value;
        option.label = label;
        own.append(option);
      }
      const known = ADDRESSES[kind()] !== undefined;
      input.setAttribute("list", known ? own.id : "");
      // A few letters are still being typed; only a whole name is worth a word.
      say(known && typed.length > 3 ? found.remark : "");
    },
    later,
  );
  if (usual !== "" && ADDRESSES[kind()] === undefined) input.setAttribute("list", "");
  input.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing) asker.soon();
  });
  input.addEventListener("compositionend", () => asker.soon());
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.name === input.dataset["kind"]) asker.soon();
  });
}

/** Looks after every such field of a form, also in rows added later. */
export function centralNames(form: HTMLFormElement): void {
  const known = new WeakSet<HTMLInputElement>();
  const look = () => {
    form.querySelectorAll<HTMLInputElement>("input[data-central-name]").forEach((input) => {
      if (known.has(input)) return;
      known.add(input);
      attach(form, input);
    });
  };
  look();
  form.addEventListener("focusin", look);
}
