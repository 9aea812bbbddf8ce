// Keys of the daily loop: j and k walk the rows, Enter opens, ? lists the keys. On a card an element may name its own key:
// <a data-key="KeyE"> is pressed by e (by place, so that the Russian layout works too).
import { help, press, send } from "../keys.js";
import { isTyping } from "../page.js";
import { open } from "./rows.js";

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
  document.addEventListener("keydown", send);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = document.querySelector(".row-current");
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) help();
    else if (press(event.code)) event.preventDefault();
    else if (event.code === "KeyJ") walk(1); // by place, so that the Russian layout works too
    else if (event.code === "KeyK") walk(-1);
    else if (event.key === "Enter" && row && event.target === document.body) open(row);
  });
}
