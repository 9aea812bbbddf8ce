// The live board: puts what changed in its place, keeps clocks going, shows how near a client is to hanging up.
// News: { html: { key: "<li data-key=...>" }, order: { section: [key, ...] } }; see telephony/wallboard/fragments.py.
import { mount } from "./mount.js";

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, left] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(left)}` : `${minutes}:${two(left)}`;
}

// How much of the time until the expected hang-up is over: 0..1, null when nothing is expected.
export function burnt(began, leaves, now) {
  if (!began || !leaves || leaves <= began) return null;
  return Math.min(1, Math.max(0, (now - began) / (leaves - began)));
}

export class Wall {
  constructor(root, serverNow) {
    this.root = root;
    this.skew = serverNow ? serverNow - Date.now() : 0; // this machine's clock may be wrong
    this.parts = new Map([...root.querySelectorAll("[data-key]")].map((part) => [part.dataset.key, part]));
    this.tick();
  }

  now() {
    return Date.now() + this.skew;
  }

  take({ html = {}, order = {} }) {
    for (const [key, text] of Object.entries(html)) this.put(key, text);
    for (const [name, keys] of Object.entries(order)) this.arrange(name, keys);
    this.tick();
  }

  put(key, text) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const fresh = holder.content.firstElementChild;
    const known = this.parts.get(key);
    this.parts.set(key, fresh);
    if (!known?.isConnected) return;
    const focused = known.contains(document.activeElement) && document.activeElement.className;
    known.replaceWith(fresh);
    mount(fresh);
    if (focused) fresh.querySelector(`[class="${CSS.escape(focused)}"]`)?.focus();
  }

  arrange(name, keys) {
    const section = this.root.querySelector(`[data-section="${CSS.escape(name)}"]`);
    if (!section) return;
    const wanted = keys.map((key) => this.parts.get(key)).filter(Boolean);
    for (const part of [...section.children]) {
      if (!part.dataset.key || keys.includes(part.dataset.key)) continue;
      part.remove();
      this.parts.delete(part.dataset.key);
    }
    let at = section.firstElementChild;
    for (const part of wanted) {
      if (part === at) at = at.nextElementSibling;
      else {
        const isNew = !part.isConnected;
        section.insertBefore(part, at);
        if (isNew) mount(part);
      }
    }
  }

  tick() {
    const now = this.now();
    for (const time of this.root.querySelectorAll("[data-ticks]")) {
      const passed = (now - new Date(time.dateTime)) / 1000;
      const text = clock(time.dataset.ticks === "down" ? -passed : passed);
      if (time.textContent !== text) time.textContent = text;
    }
    for (const row of this.root.querySelectorAll("[data-began]")) this.burn(row, now);
  }

  burn(row, now) {
    const share = burnt(new Date(row.dataset.began).getTime(), new Date(row.dataset.givesUp ?? NaN).getTime(), now);
    row.classList.toggle("is-leaving", share === null || (new Date(row.dataset.givesUp) - now) / 1000 <= 30);
    row.style.setProperty("--burnt", `${Math.round((share ?? 1) * 100)}%`);
  }
}
