// Puts the screen of a caller into its place.
import { mount } from "../mount.js";

// Gives what the card tells: {title, page, call}.
export function place(slot, html) {
  slot.innerHTML = html;
  window.htmx?.process(slot);
  mount(slot);
  const { title = "", page = "", call = "" } = slot.querySelector(".pop")?.dataset ?? {};
  return { title, page, call };
}
