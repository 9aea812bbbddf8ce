import assert from "node:assert/strict";
import { test } from "node:test";
import { best, score } from "../src/behaviours/fuzzy.js";

const items = ["Новая сделка", "Мой день", "Сделки", "Настройки"].map((title) => ({ title }));
const titles = (typed) => best(typed, items).map(({ title }) => title);

test("nothing typed shows everything in order", () => {
  assert.deepEqual(titles(""), items.map(({ title }) => title));
});

test("the start of a title is better than the middle", () => {
  assert.deepEqual(titles("сдел").slice(0, 2), ["Сделки", "Новая сделка"]);
});

test("letters in order are enough", () => {
  assert.deepEqual(titles("нсд"), ["Новая сделка"]);
  assert.equal(score("xyz", "Сделки"), null);
});

test("case and spaces do not matter", () => {
  assert.ok(score("МОЙ ДЕНЬ", "Мой день") > 100);
});
