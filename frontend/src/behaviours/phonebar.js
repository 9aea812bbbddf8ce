// The telephone as the other windows see it: its link in the bar, its calls at the corner, with the same buttons.
import { fetchCard } from "../phone/card.js";
import { drawButtons, drawTime, stageOf, titleOf } from "../phone/draw.js";
import { place } from "../phone/place.js";
import { openPhone, wireOf } from "../phone/opening.js";
import { node } from "../page.js";

const drawn = new Map();

function shape(call, bar, address, wire) {
  const parts = { title: node("strong"), stage: node("span", { class: "text-secondary" }), time: node("time"), card: node("div"), buttons: node("div", { class: "phone-buttons" }) };
  const element = node("section", { class: "phonebar-call", "data-key": call.key }, node("div", { class: "phonebar-head" }, parts.title, parts.stage, parts.time), parts.card, parts.buttons);
  parts.buttons.addEventListener("click", ({ target }) => {
    const pressed = target.closest("[data-do]");
    if (pressed) wire.say({ do: pressed.dataset.do, call: call.id });
    if (pressed?.dataset.do === "transfer" || pressed?.dataset.do === "keys") openPhone({ focus: true });
  });
  if (call.way === "in" && call.key && !call.clicked) fetchCard(address, call.key).then((html) => html && element.isConnected && place(parts.card, html));
  bar.append(element);
  return { element, ...parts };
}

function draw(bar, calls, address, wire) {
  for (const [id, { element }] of drawn) {
    if (calls.some((call) => call.id === id)) continue;
    element.remove();
    drawn.delete(id);
  }
  for (const call of calls) {
    if (!drawn.has(call.id)) drawn.set(call.id, shape(call, bar, address, wire));
    const { element, title, stage, time, buttons } = drawn.get(call.id);
    element.className = `phonebar-call is-${call.held ? "held" : call.stage}`;
    title.textContent = titleOf(call);
    stage.textContent = stageOf(call);
    drawTime(time, call);
    drawButtons(buttons, call, calls, { small: true });
  }
}

export default function phonebar(tool) {
  if (!tool.dataset.softphone) return;
  const wire = wireOf(tool.dataset.person);
  const bar = document.body.appendChild(node("aside", { class: "phonebar", "aria-live": "polite" }));
  let calls = [];
  tool.addEventListener("click", (event) => {
    event.preventDefault();
    openPhone({ focus: true });
  });
  wire.watch((state) => {
    calls = state?.calls ?? [];
    if (state) document.documentElement.dataset.phone = state.link;
    else delete document.documentElement.dataset.phone;
    draw(bar, calls, tool.dataset.pop, wire);
  });
  setInterval(() => calls.forEach((call) => drawn.has(call.id) && drawTime(drawn.get(call.id).time, call)), 1000);
}
