import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "../src/player/clock.js";
import { heard } from "../src/player/heard.js";
import { bars } from "../src/player/wave.js";

test("a stretch begins where it plays and ends where it stops", () => {
  const log = heard();
  for (const second of [3.2, 3.5, 4, 5, 6.1]) log.plays(second);
  log.stops();
  assert.deepEqual(log.take(), [[3, 7]]);
  assert.deepEqual(log.take(), []);
});

test("a jump makes two stretches", () => {
  const log = heard();
  for (const second of [0, 1, 2, 60, 61]) log.plays(second);
  log.stops();
  assert.deepEqual(log.take(), [[0, 2], [60, 61]]);
});

test("what still plays is told in parts that fit together", () => {
  const log = heard();
  for (const second of [0, 1, 2]) log.plays(second);
  assert.deepEqual(log.take(), [[0, 2]]);
  for (const second of [3, 4]) log.plays(second);
  assert.deepEqual(log.take(), [[2, 4]]);
});

test("a slip of the finger is not heard", () => {
  const log = heard();
  log.plays(5);
  log.plays(5.1);
  log.stops();
  assert.deepEqual(log.take(), []);
});

test("bars keep the loudest of their pieces", () => {
  assert.deepEqual(bars([1, 9, 2, 3, 4, 5], 3), [9, 3, 5]);
  assert.deepEqual(bars([7], 3), [7, 7, 7]);
});

test("the clock of a sound", () => {
  assert.deepEqual([0, 5.9, 65, 605, 3725].map(clock), ["0:00", "0:05", "1:05", "10:05", "1:02:05"]);
});
