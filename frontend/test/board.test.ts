import assert from "node:assert/strict";
import { test } from "node:test";
import { beside } from "../src/board/moves";

test("arrow keys lead from card to card, past empty columns, never out of the board", () => {
  const columns = [3, 0, 1, 2].map((cards, at) => ({ stage: String(at), cards }));
  assert.deepEqual(beside(columns, { column: 0, card: 2 }, "ArrowRight"), { column: 2, card: 0 });
  assert.deepEqual(beside(columns, { column: 2, card: 0 }, "ArrowLeft"), { column: 0, card: 0 });
  assert.deepEqual(beside(columns, { column: 0, card: 0 }, "ArrowDown"), { column: 0, card: 1 });
  assert.deepEqual(beside(columns, { column: 0, card: 0 }, "End"), { column: 0, card: 2 });
  for (const [column, card, key] of [[0, 0, "ArrowUp"], [0, 2, "ArrowDown"], [3, 1, "ArrowRight"], [0, 0, "ArrowLeft"], [0, 0, "x"]] as const) {
    assert.equal(beside(columns, { column, card }, key), undefined);
  }
});
