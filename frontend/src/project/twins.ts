// Likely twins told while the name is typed. Nothing is blocked; saving asks once more.
import { asked, Asker } from "./asking";

type Twins = { twins: { href: string; code: string; name: string; why: string }[]; other_unit: boolean };

const ASKED_ABOUT = ["name", "district", "investment", "investors.0.name"];

const later = (milliseconds: number, then: () => void) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

export function likelyTwins(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLElement>("#twins-live");
  if (!box) return;
  const text = (name: string) => {
    const field = form.elements.namedItem(name);
    return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value.trim() : "";
  };

  const show = (answer: Twins) => {
    box.hidden = answer.twins.length === 0 && !answer.other_unit;
    const heading = document.createElement("h2");
    heading.textContent = "可能已有同一个项目";
    const list = document.createElement("ul");
    for (const twin of answer.twins) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = twin.href;
      link.target = "_blank";
      link.textContent = `${twin.code}　${twin.name}`;
      line.append(link, `：${twin.why}`);
      list.append(line);
    }
    if (answer.other_unit) {
      const line = document.createElement("li");
      line.textContent = "另一单位可能已有此项目，请与招商引资处联系";
      list.append(line);
    }
    box.textContent = "";
    box.append(heading, list);
  };

  const asker = new Asker<Twins>(
    800,
    async () => {
      if (text("name").length < 2) return { twins: [], other_unit: false };
      return asked<Twins>("/projects/twins", {
        name: text("name"),
        district: text("district"),
        investment: text("investment"),
        investor: text("investors.0.name"),
        except: box.dataset["except"] ?? "",
      });
    },
    show,
    later,
  );
  const about = (target: EventTarget | null) =>
    (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) && ASKED_ABOUT.includes(target.name);
  form.addEventListener("input", (event) => {
    if (about(event.target) && !(event as InputEvent).isComposing) asker.soon();
  });
  form.addEventListener("compositionend", (event) => {
    if (about(event.target)) asker.soon();
  });
}
