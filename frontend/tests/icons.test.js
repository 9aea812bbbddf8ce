import assert from "node:assert/strict";
import { test } from "node:test";
import { guessesIn, namesIn, symbol } from "../plugins/icons.js";

test("icons are found where templates and Python name them", () => {
  const text = `{% icon "phone" %} {% empty 'inbox' title hint %} declare("x", icon="phone-off")`;
  assert.deepEqual(namesIn(text), ["phone", "inbox", "phone-off"]);
});

test("plugs name icons by place", () => {
  assert.ok(guessesIn("crm/plugs.py", `navigation("deals", _("Deals"), "crm:board", "layout-kanban")`).includes("layout-kanban"));
  assert.deepEqual(guessesIn("crm/models.py", `name = "phone"`), []);
});

test("a symbol draws with the colour of the text", () => {
  const drawn = symbol("dot", [["path", { d: "M1 1" }]]);
  assert.match(drawn, /id="dot"/);
  assert.match(drawn, /stroke="currentColor"/);
  assert.match(drawn, /<path d="M1 1"\/>/);
});
