// The palette: commands by fuzzy match, things by a search on the server.
import { best } from "./behaviours/fuzzy.js";
import { icon, node, word } from "./page.js";

const PAUSE = 150;

function line(item, index) {
  const words = node("span", { class: "palette-words" }, node("strong", {}, item.title));
  if (item.subtitle) words.append(node("span", { class: "text-secondary" }, item.subtitle));
  return node("a", { class: "palette-item", role: "option", id: `palette-${index}`, href: item.url, tabindex: "-1" }, icon(item.icon), words);
}

export class Palette {
  constructor(address) {
    this.address = address;
    this.input = node("input", { class: "palette-input", type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-label": word("keys_palette"), placeholder: word("keys_palette"), autocomplete: "off", spellcheck: "false" });
    this.list = node("div", { class: "palette-list", id: "palette-list", role: "listbox", "aria-label": word("commands") });
    this.dialog = node("dialog", { class: "palette" }, this.input, this.list);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => this.typed());
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  async open(text = "") {
    if (this.dialog.open) return;
    this.input.value = text;
    this.dialog.showModal();
    this.commands ??= (await this.ask("")).commands ?? [];
    this.typed();
  }

  async ask(text) {
    this.asking?.abort();
    this.asking = new AbortController();
    const answer = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { signal: this.asking.signal });
    return answer.ok && !answer.redirected ? answer.json() : {};
  }

  typed() {
    const text = this.input.value.trim();
    const commands = best(text, this.commands ?? []).slice(0, text ? 5 : 30);
    const isNamed = (item) => item.title.toLowerCase().includes(text.toLowerCase());
    const named = { label: word("commands"), items: commands.filter(isNamed) };
    const alike = { label: word("commands"), items: commands.filter((item) => !isNamed(item)) };
    clearTimeout(this.waiting);
    this.draw([named, alike], text.length > 1 ? word("searching") : word("nothing"));
    if (text.length < 2) return;
    this.waiting = setTimeout(async () => {
      const { groups = [] } = await this.ask(text).catch(() => ({}));
      if (this.input.value.trim() === text) this.draw([named, ...groups, alike], word("nothing"));
    }, PAUSE);
  }

  draw(groups, without) {
    const full = groups.filter(({ items }) => items.length);
    let index = 0;
    const parts = full.flatMap(({ label, items }) => [node("div", { class: "palette-group", role: "presentation" }, label), ...items.map((item) => line(item, index++))]);
    this.list.replaceChildren(...(parts.length ? parts : [node("div", { class: "palette-none" }, without)]));
    this.mark(0);
  }

  mark(at) {
    const items = [...this.list.querySelectorAll(".palette-item")];
    this.at = items.length ? (at + items.length) % items.length : 0;
    items.forEach((item, index) => item.setAttribute("aria-selected", index === this.at));
    this.input.setAttribute("aria-activedescendant", items[this.at]?.id ?? "");
    items[this.at]?.scrollIntoView({ block: "nearest" });
    return items[this.at];
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.at + step);
    else if (event.key === "Enter") this.mark(this.at)?.click();
    else return;
    event.preventDefault();
  }
}
