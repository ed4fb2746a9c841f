// The island of the project form: drafts, further rows, amounts read back, likely twins. The form is complete without.
import { amounts } from "./project/amounts";
import { centralNames } from "./project/central";
import { type Answer, DraftKeeper } from "./project/draft";
import { repeatingRows } from "./project/rows";
import { likelyTwins } from "./project/twins";

/** The form as it would be sent, without what only its buttons mean. */
const body = (form: HTMLFormElement) => new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString();

async function send(address: string, form: string): Promise<Answer> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(address, { method: "POST", headers, body: form, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 403) return { failed: "signed-out" };
  if (answer.status >= 500) return { failed: "offline" };
  if (!answer.ok) return { failed: "refused" };
  return { saved: ((await answer.json()) as { saved_at: string }).saved_at };
}

/** What this browser kept of a form while the server could not be reached. */
type Kept = { draft: string; resume: string; form: string };

/** Under which name: one for each person and form, so that nobody takes up another's. */
const place = (form: HTMLFormElement) => `zs-draft:${form.dataset["owner"]}:${form.getAttribute("action")}`;

function keep(name: string, kept: Kept | null): boolean {
  try {
    if (kept === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function kept(name: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** Which form is being sent: the page that says it is saved drops what was kept of it. */
const SENT = "zs-draft-sent";

/** Hands what was kept to the server and shows the form with it. False when there is nothing, or no way to. */
async function restored(form: HTMLFormElement, say: (words: string, off: boolean) => void): Promise<boolean> {
  const found = kept(place(form));
  if (found === null) return false;
  if ("posted" in form.dataset) {
    // The answer to sending it: everything typed stands in it.
    keep(place(form), null);
    return false;
  }
  say("正在恢复本机保存的内容", false);
  // The session may be a new one: its token, not the old one's.
  const values = new URLSearchParams(found.form);
  values.set("csrf", new FormData(form).get("csrf") as string);
  const answer = await send(found.draft, values.toString()).catch((): Answer => ({ failed: "offline" }));
  if (!("saved" in answer)) {
    say(answer.failed === "refused" ? "" : "本机保存的内容还没有恢复：连不上系统", answer.failed !== "refused");
    return false;
  }
  keep(place(form), null);
  window.location.replace(found.resume);
  return true;
}

async function island(form: HTMLFormElement): Promise<void> {
  const state = document.getElementById("draft-state");
  const say = (words: string, off: boolean) => {
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("zs-save__state--off", off);
  };
  const draft = form.dataset["draft"] ?? "";
  const keepForm = (text: string | null) =>
    keep(place(form), text === null ? null : { draft, resume: form.dataset["resume"] ?? "", form: text });
  const keeper = new DraftKeeper({
    form: () => body(form),
    send: (text) => send(draft, text),
    keep: keepForm,
    later: (milliseconds, then) => {
      const timer = setTimeout(then, milliseconds);
      return () => clearTimeout(timer);
    },
    say,
  });
  repeatingRows(form, () => keeper.changed());
  amounts(form);
  likelyTwins(form);
  centralNames(form);
  if (await restored(form, say)) return;
  form.addEventListener("input", () => keeper.changed());
  form.addEventListener("compositionstart", () => keeper.compositionStart());
  form.addEventListener("compositionend", () => keeper.compositionEnd());
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    keeper.stop();
    // Until the answer comes a copy stays here: the connection may be lost just now.
    if (keepForm(body(form))) sessionStorage.setItem(SENT, place(form));
  });
  window.addEventListener("online", () => keeper.online());
  window.addEventListener("pageshow", () => keeper.resume());
}

if (document.querySelector('[data-island="project-saved"]')) {
  const sent = sessionStorage.getItem(SENT);
  if (sent !== null) keep(sent, null);
  sessionStorage.removeItem(SENT);
}
document.querySelectorAll<HTMLFormElement>('[data-island="project-form"]').forEach((form) => void island(form));
