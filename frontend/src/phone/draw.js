// Draws the calls of the telephone: the same buttons in its own window and in the bar over every page.
import { icon, node } from "../page.js";
import { lasting } from "./calls.js";
import { say } from "./words.js";

const LOOKS = {
  answer: ["phone", "btn-success"],
  decline: ["phone-x", "btn-danger"],
  "hang-up": ["phone-x", "btn-danger"],
  hold: ["player-pause", ""],
  resume: ["player-play", "btn-warning"],
  mute: ["microphone", ""],
  unmute: ["microphone-off", "btn-warning"],
  transfer: ["arrow-forward", ""],
  keys: ["dialpad", ""],
  join: ["arrows-join", "btn-primary"],
};

// What can be done with a call now, by name.
export function actionsOf(call, calls) {
  if (call.stage === "ringing") return call.clicked ? ["decline"] : ["answer", "decline"];
  if (call.stage === "calling") return ["hang-up"];
  const join = call.about && calls.some(({ id }) => id === call.about) ? ["join"] : [];
  return [...join, call.held ? "resume" : "hold", call.muted ? "unmute" : "mute", "keys", "transfer", "hang-up"];
}

export function stageOf(call) {
  if (call.held) return say("held");
  return say({ ringing: "incoming", calling: "calling", talking: call.about ? "consulting" : "talking" }[call.stage]);
}

export function button(name, { small = false } = {}) {
  const [picture, look] = LOOKS[name];
  const isBig = name === "answer" || (name === "decline" && !small);
  const words = isBig ? [say(name)] : [];
  return node("button", { type: "button", class: `btn ${isBig ? "" : "btn-icon"} ${look}`, "data-do": name, title: say(name), "aria-label": say(name) }, icon(picture), ...words);
}

export function titleOf(call) {
  return call.title || say(call.way === "in" ? "unknown" : "calling");
}

// Buttons are drawn again only when they change, so that a click on its way is not lost.
export function drawButtons(place, call, calls, options) {
  const names = actionsOf(call, calls);
  if (place.dataset.names === names.join()) return;
  place.dataset.names = names.join();
  place.replaceChildren(...names.map((name) => button(name, options)));
}

export function drawTime(element, call) {
  element.textContent = lasting(call.answered ?? call.began, Date.now());
}
