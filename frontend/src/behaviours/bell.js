// The bell: its number and the toasts follow live facts; the list is loaded when it is opened.
import { node } from "../page.js";
import { toast } from "./toast.js";

const SHOWN = "notice-shown"; // the newest notice that popped up, shared by the tabs: one of them shows it
// The telephone's small window stands behind the others: it shows only what no page has shown.
const PAUSE = document.body.classList.contains("phone-page") ? 2000 : 150;

function pop(found) {
  const last = Number(localStorage.getItem(SHOWN) ?? 0);
  const fresh = found.filter(({ id }) => id > last);
  if (!fresh.length || document.hidden) return;
  localStorage.setItem(SHOWN, Math.max(...fresh.map(({ id }) => id)));
  for (const { title, text, tone, url } of fresh) {
    const words = node("span", { class: "toast-text" }, node("strong", {}, title));
    if (text) words.append(node("span", {}, text.length > 160 ? `${text.slice(0, 159)}…` : text));
    toast(words, tone, url);
  }
}

export default function bell(details) {
  const badge = details.querySelector("[data-bell-count]");
  let waiting;
  const refresh = async () => {
    waiting = null;
    try {
      const answer = await fetch(details.dataset.fresh);
      if (!answer.ok || answer.redirected) return;
      const { count, fresh } = await answer.json();
      badge.hidden = !count;
      badge.textContent = count > 99 ? "99+" : count;
      pop(fresh);
    } catch {
      // The next live fact asks again.
    }
  };
  const soon = () => (waiting ??= setTimeout(refresh, PAUSE));
  document.body.addEventListener("live:notice", soon);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  details.addEventListener("toggle", () => {
    if (details.open) details.lastElementChild.dispatchEvent(new CustomEvent("bell-open"));
  });
}
