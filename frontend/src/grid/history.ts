// What was changed, to be undone step by step: a paste is one step, however many cells it filled. No browser in here.

export interface Change<Cell> {
  cell: Cell;
  before: string;
  after: string;
}

export interface Step<Cell, Row> {
  /** What it is called when it is undone: 粘贴, 填写 …. */
  words: string;
  changes: Change<Cell>[];
  /** Rows that were added for it. */
  added: Row[];
}

/** Steps kept at most. */
const MOST = 200;

export class History<Cell, Row> {
  private done: Step<Cell, Row>[] = [];
  private undone: Step<Cell, Row>[] = [];

  push(step: Step<Cell, Row>): void {
    if (step.changes.length === 0 && step.added.length === 0) return;
    this.done.push(step);
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
  }

  undo(): Step<Cell, Row> | undefined {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return step;
  }

  redo(): Step<Cell, Row> | undefined {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    return step;
  }
}
