import assert from "node:assert/strict";
import { test } from "node:test";
import { Asker } from "../src/project/asking";
import { isPlain } from "../src/project/amounts";
import { type Answer, DraftKeeper, PAUSE } from "../src/project/draft";
import { nextPlace, placed } from "../src/project/rows";

/** A browser that does nothing by itself: timers run when told. */
function browser() {
  const world = {
    text: "",
    sent: [] as string[],
    kept: null as string | null,
    full: false,
    said: "",
    answer: { saved: "14:03" } as Answer,
    timer: undefined as (() => void) | undefined,
    waits: 0,
  };
  const keeper = new DraftKeeper({
    form: () => world.text,
    send: (form) => {
      world.sent.push(form);
      return Promise.resolve(world.answer);
    },
    keep: (form) => {
      if (world.full && form !== null) return false;
      world.kept = form;
      return true;
    },
    later: (milliseconds, then) => {
      world.waits = milliseconds;
      world.timer = then;
      return () => {
        if (world.timer === then) world.timer = undefined;
      };
    },
    say: (words) => (world.said = words),
  });
  const type = (text: string) => {
    world.text = text;
    keeper.changed();
  };
  /** The pause is over. */
  const pause = async () => {
    const timer = world.timer;
    world.timer = undefined;
    timer?.();
    await new Promise((done) => setImmediate(done));
  };
  return { world, keeper, type, pause };
}

test("what is typed is saved once, after a pause", async () => {
  const { world, type, pause } = browser();
  type("临");
  type("临港");
  assert.equal(world.waits, PAUSE);
  assert.deepEqual(world.sent, []);
  await pause();
  assert.deepEqual(world.sent, ["临港"]);
  assert.equal(world.said, "草稿已保存 14:03");
  await pause();
  assert.deepEqual(world.sent, ["临港"], "nothing new, nothing sent");
});

test("nothing is saved while an input method is composing", async () => {
  const { world, keeper, type, pause } = browser();
  type("甲");
  keeper.compositionStart();
  type("甲lin'gang");
  await pause();
  keeper.online();
  await pause();
  assert.deepEqual(world.sent, []);
  world.text = "甲临港";
  keeper.compositionEnd();
  await pause();
  assert.deepEqual(world.sent, ["甲临港"]);
});

test("offline it is kept here, and sent when the connection is back", async () => {
  const { world, keeper, type, pause } = browser();
  world.answer = { failed: "offline" };
  type("一");
  await pause();
  assert.equal(world.kept, "一");
  assert.equal(world.said, "已离线，内容保存在本机，恢复后自动保存");
  type("一二");
  await pause();
  assert.equal(world.kept, "一二");
  world.answer = { saved: "14:05" };
  keeper.online();
  await pause();
  assert.equal(world.sent.at(-1), "一二");
  assert.equal(world.kept, null);
  assert.equal(world.said, "草稿已保存 14:05");
});

test("offline it tries again by itself", async () => {
  const { world, type, pause } = browser();
  world.answer = { failed: "offline" };
  type("一");
  await pause();
  world.answer = { saved: "14:06" };
  await pause();
  assert.equal(world.said, "草稿已保存 14:06");
});

test("signed out, full and refused are said in words", async () => {
  const { world, type, pause } = browser();
  world.answer = { failed: "signed-out" };
  type("一");
  await pause();
  assert.match(world.said, /登录已过期/);
  assert.equal(world.kept, "一");
  world.full = true;
  type("二");
  await pause();
  assert.match(world.said, /不要关闭本页/);
  world.answer = { failed: "refused" };
  type("三");
  await pause();
  assert.match(world.said, /草稿没有保存/);
});

test("once the form itself is sent no draft follows it", async () => {
  const { world, keeper, type, pause } = browser();
  type("一");
  keeper.stop();
  await pause();
  type("二");
  await pause();
  assert.deepEqual(world.sent, []);
});

test("what was typed while sending is sent next", async () => {
  const { world, type, pause } = browser();
  type("一");
  const timer = world.timer;
  world.timer = undefined;
  timer?.();
  type("一二");
  await new Promise((done) => setImmediate(done));
  await pause();
  assert.deepEqual(world.sent, ["一", "一二"]);
});

test("only the last question is answered", async () => {
  const shown: string[] = [];
  const waiting: ((answer: string) => void)[] = [];
  const asker = new Asker<string>(1, () => new Promise((done) => waiting.push(done)), (answer) => shown.push(answer), () => () => undefined);
  const [first, second] = [asker.now(), asker.now()];
  waiting[1]?.("second");
  waiting[0]?.("first");
  await Promise.all([first, second]);
  assert.deepEqual(shown, ["second"]);
});

test("a copied row gets the next place", () => {
  assert.equal(nextPlace(["investors.0.name", "investors.12.name", "signings.40.on", "name"], "investors"), 13);
  assert.equal(nextPlace([], "investors"), 0);
  assert.equal(placed("investors.__.name", 3), "investors.3.name");
});

test("plain numbers need no words", () => {
  for (const text of ["", "12000", "12000.5", " 5 "]) assert.ok(isPlain(text), text);
  for (const text of ["1.2亿", "１２，０００", "12,000", "-5", "1.", "1.1234567"]) assert.ok(!isPlain(text), text);
});
