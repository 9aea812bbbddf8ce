// Short messages at the corner; an error stays until it is closed.
import { icon, node, word } from "../page.js";

const SHOWN = 6000;

export function toast(text, tone = "info", url = "") {
  const words = url ? node("a", { class: "toast-words", href: url }, text) : node("span", {}, text);
  const line = node("div", { class: `toast-line toast-${tone}` }, words);
  document.querySelector(".toasts")?.append(line);
  start(line);
}

export default function start(line) {
  const button = node("button", { type: "button", class: "toast-close", "aria-label": word("close") }, icon("x"));
  let leaving;
  const go = () => line.remove();
  const later = () => (leaving = setTimeout(go, SHOWN));
  button.addEventListener("click", go);
  line.append(button);
  if (line.classList.contains("toast-error")) return;
  line.addEventListener("pointerenter", () => clearTimeout(leaving));
  line.addEventListener("pointerleave", later);
  later();
}
