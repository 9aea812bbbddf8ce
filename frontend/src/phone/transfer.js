// Where a call is passed on to: a colleague, a queue or a number; at once, or after a talk with whoever takes it.
import { node } from "../page.js";
import { show } from "../behaviours/dialog.js";
import { say } from "./words.js";

const PAUSE = 250;

export class TransferForm {
  constructor(address, call, chosen) {
    this.address = address;
    this.chosen = chosen; // (how, target, title): how is "transfer" or "consult"
    this.input = node("input", { class: "form-control", type: "search", autocomplete: "off", placeholder: say("whom"), "aria-label": say("whom"), "data-transfer-to": "" });
    this.list = node("div", { class: "phone-targets" });
    this.input.addEventListener("input", () => this.typed());
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("[data-target]")));
  }

  open() {
    this.typed();
    return show(node("h2", { class: "dialog-title" }, say("transfer")), this.input, this.list);
  }

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      const text = this.input.value.trim();
      const answer = await fetch(`${this.address}?transfers=1&number=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || this.input.value.trim() !== text) return;
      this.list.innerHTML = await answer.text();
    }, PAUSE);
  }

  pick(target) {
    if (!target) return;
    const { target: where, title } = target.dataset;
    const go = (how) => () => {
      this.list.closest("dialog")?.close("done");
      this.chosen(how, where, title);
    };
    const now = node("button", { type: "button", class: "btn btn-primary", "data-how": "transfer" }, say("transfer-now"));
    const ask = node("button", { type: "button", class: "btn", "data-how": "consult" }, say("transfer-ask"));
    now.addEventListener("click", go("transfer"));
    ask.addEventListener("click", go("consult"));
    this.list.replaceChildren(node("p", { class: "dialog-question" }, title), node("div", { class: "dialog-buttons" }, ...(where.startsWith("queue") ? [now] : [ask, now])));
    now.focus();
  }
}
