// The keys of the daily loop: their list, and what an element on the page does by its own key.
import { node, word } from "./page.js";
import { show } from "./behaviours/dialog.js";

const LIST = [
  ["Ctrl K", "keys_palette"],
  ["/", "keys_palette"],
  ["j", "keys_next"],
  ["k", "keys_previous"],
  ["Enter", "keys_open"],
  ["x", "keys_pick"],
  ["j / k", "keys_card"],
  ["u", "keys_list"],
  ["e", "keys_edit"],
  ["c", "keys_call"],
  ["d", "keys_complete"],
  ["z", "keys_snooze"],
  ["p", "keys_put_off"],
  ["w", "keys_wait"],
  ["m", "keys_move"],
  ["t", "keys_task"],
  ["n", "keys_note"],
  ["Ctrl Enter", "keys_save"],
  ["Ctrl Shift Enter", "keys_save_next"],
  ["?", "keys_help"],
];
const DIAL = 'button[form="dial"]:not(:disabled)';

export function help() {
  const lines = LIST.flatMap(([key, name]) => [node("dt", {}, node("kbd", {}, key)), node("dd", {}, word(name))]);
  show(node("h2", { class: "dialog-title" }, word("keys")), node("dl", { class: "keys" }, ...lines));
}

// The current line's own key comes before the page's.
export function press(code) {
  const own = document.querySelector(`.row-current [data-row-key="${CSS.escape(code)}"]`);
  const call = code === "KeyC" ? document.querySelector(`.row-current ${DIAL}`) ?? document.querySelector(`main ${DIAL}`) : null;
  const target = own ?? document.querySelector(`[data-key="${CSS.escape(code)}"]`) ?? call;
  if (!target) return false;
  if (target.matches("textarea, input")) target.focus();
  else target.click();
  return true;
}

// Ctrl+Enter sends the form one is writing in; with Shift its "save and next" button.
export function send(event) {
  const form = event.target.form;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
  event.preventDefault();
  form.requestSubmit((event.shiftKey && form.querySelector("[data-save-next]")) || undefined);
}
