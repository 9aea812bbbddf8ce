// Keys of the daily loop: j and k walk the rows, Enter opens, ? lists the keys.
import { isTyping, node, word } from "../page.js";
import { show } from "./dialog.js";
import { open } from "./rows.js";

const LIST = [
  ["Ctrl K", "keys_palette"],
  ["/", "keys_palette"],
  ["j", "keys_next"],
  ["k", "keys_previous"],
  ["Enter", "keys_open"],
  ["?", "keys_help"],
];

function help() {
  const lines = LIST.flatMap(([key, name]) => [node("dt", {}, node("kbd", {}, key)), node("dd", {}, word(name))]);
  show(node("h2", { class: "dialog-title" }, word("keys")), node("dl", { class: "keys" }, ...lines));
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-behaviour~=rows] [data-href]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("row-current"));
  rows[at]?.classList.remove("row-current");
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  next.classList.add("row-current");
  next.scrollIntoView({ block: "nearest" });
}

export default function keys() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) help();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = document.querySelector(".row-current");
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) help();
    else if (event.code === "KeyJ") walk(1); // by place, so that the Russian layout works too
    else if (event.code === "KeyK") walk(-1);
    else if (event.key === "Enter" && row && event.target === document.body) open(row);
  });
}
