// Asking the server while something is typed: only the last question counts, and none is asked while an input method
// is composing.

export class Asker<T> {
  private number = 0;
  private callOff: (() => void) | undefined;

  constructor(
    private readonly pause: number,
    private readonly ask: () => Promise<T | undefined>,
    private readonly show: (answer: T) => void,
    private readonly later: (milliseconds: number, then: () => void) => () => void,
  ) {}

  /** Asks after a pause, unless it is called again before. */
  soon(): void {
    this.callOff?.();
    this.number += 1;
    this.callOff = this.later(this.pause, () => void this.now());
  }

  /** Asks at once. */
  async now(): Promise<void> {
    this.callOff?.();
    this.number += 1;
    const mine = this.number;
    // A question that cannot be asked is answered when the form is saved.
    const answer = await this.ask().catch(() => undefined);
    if (answer !== undefined && mine === this.number) this.show(answer);
  }
}

/** A GET that answers JSON, or nothing. */
export async function asked<T>(address: string, values: Record<string, string>): Promise<T | undefined> {
  const answer = await fetch(`${address}?${new URLSearchParams(values)}`, { redirect: "manual" });
  return answer.ok ? ((await answer.json()) as T) : undefined;
}
