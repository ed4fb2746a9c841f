import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeInWords } from "../src/behaviours/drop";

test("sizes are said as people say them", () => {
  assert.equal(sizeInWords(0), "0 字节");
  assert.equal(sizeInWords(1023), "1023 字节");
  assert.equal(sizeInWords(1024), "1 KB");
  assert.equal(sizeInWords(97_500), "95 KB");
  assert.equal(sizeInWords(1_500_000), "1.4 MB");
});
