// A form saved while it is typed: some time after the last stroke, never while an input method is composing, and kept
// in this browser while the server cannot be reached. What it needs of the browser is given to it, so that it can be
// tested without one.

/** How long after the last stroke. */
export const PAUSE = 1500;

export type Answer = { saved: string } | { failed: "offline" } | { failed: "signed-out" } | { failed: "refused" };

export interface Ports {
  /** The form as it stands. */
  form(): string;
  /** Sends it to the server. */
  send(form: string): Promise<Answer>;
  /** Keeps it in this browser; null drops what is kept. */
  keep(form: string | null): boolean;
  /** Calls later; gives what calls it off. */
  later(milliseconds: number, then: () => void): () => void;
  /** Says how it stands; `off` when nothing reaches the server. */
  say(words: string, off: boolean): void;
}

const WORDS = {
  offline: "已离线，内容保存在本机，恢复后自动保存",
  "signed-out": "登录已过期，内容保存在本机，重新登录后打开本页自动恢复",
  refused: "草稿没有保存，请尽快点“保存”",
  full: "已离线，本机也存不下，请不要关闭本页",
};

export class DraftKeeper {
  private composing = false;
  private stopped = false;
  private sending = false;
  /** Typed since the form was last sent. */
  private dirty = false;
  private callOff: (() => void) | undefined;

  constructor(private readonly ports: Ports) {}

  /** Something was typed or chosen. */
  changed(): void {
    this.dirty = true;
    this.plan();
  }

  compositionStart(): void {
    this.composing = true;
    this.callOff?.();
  }

  compositionEnd(): void {
    this.composing = false;
    this.changed();
  }

  /** The connection is back: what waits is sent at once. */
  online(): void {
    if (this.dirty && !this.composing) void this.save();
  }

  /** The form itself is being sent: from now on nothing else is. */
  stop(): void {
    this.stopped = true;
    this.callOff?.();
  }

  /** The browser shows the page again after it was left. */
  resume(): void {
    this.stopped = false;
  }

  private plan(pause = PAUSE): void {
    this.callOff?.();
    if (this.composing || this.stopped) return;
    this.callOff = this.ports.later(pause, () => void this.save());
  }

  private async save(): Promise<void> {
    this.callOff?.();
    if (this.stopped || this.composing || this.sending || !this.dirty) return;
    this.sending = true;
    this.dirty = false;
    const form = this.ports.form();
    const answer = await this.ports.send(form).catch((): Answer => ({ failed: "offline" }));
    this.sending = false;
    if (this.stopped) return;
    if ("saved" in answer) {
      this.ports.keep(null);
      this.ports.say(`草稿已保存 ${answer.saved}`, false);
      if (this.dirty) this.plan();
      return;
    }
    this.dirty = true;
    if (answer.failed === "refused") {
      this.ports.say(WORDS.refused, true);
      return;
    }
    const kept = this.ports.keep(this.ports.form());
    this.ports.say(kept ? WORDS[answer.failed] : WORDS.full, true);
    if (answer.failed === "offline") this.plan(PAUSE * 10);
  }
}
