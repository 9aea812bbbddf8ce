// The window that holds the telephone: what the hand does here and in the other windows becomes acts of the line,
// what the line tells is drawn here and told to the others.
import { post } from "../page.js";
import { toast } from "../behaviours/toast.js";
import { isTone } from "./calls.js";
import { fetchCard } from "./card.js";
import { Devices, NoMicrophone } from "./devices.js";
import { drawButtons, drawTime, stageOf, titleOf } from "./draw.js";
import { Line } from "./line.js";
import { place } from "./place.js";
import { Sounds } from "./sounds.js";
import { TransferForm } from "./transfer.js";
import { Wire } from "./wire.js";
import { has, say } from "./words.js";

const CALLING = "sip:";

export class PhoneWindow {
  constructor(main) {
    this.main = main;
    this.addresses = main.dataset;
    this.wire = new Wire(main.dataset.person);
    this.devices = new Devices({ changed: () => this.draw() });
    this.sounds = new Sounds();
    this.drawn = new Map();
    this.problem = "";
    this.line = new Line({
      ask: () => this.credentials(),
      microphone: () => this.microphone(),
      hear: (stream) => this.devices.play(stream),
      changed: () => this.changed(),
      over: (call, cause) => this.over(call, cause),
      arrived: (call) => this.arrived(call),
    });
  }

  get calls() {
    return this.line.calls;
  }

  async open(insist = false) {
    this.release = await this.wire.take({ insist });
    if (!this.release) return this.ask(insist ? "busy-elsewhere" : "elsewhere", "yes", () => this.open(true));
    this.clearAsk("elsewhere");
    this.stopHearing = this.wire.hear((words) => this.told(words));
    this.sounds.through(this.devices.chosen.bell);
    try {
      await this.line.start();
    } catch (problem) {
      this.line.set(problem.final ?? "lost");
    }
    setInterval(() => this.tick(), 1000);
  }

  // Lets another window have the telephone, unless somebody talks.
  yield() {
    if (this.calls.list.length) return;
    this.line.stop();
    this.stopHearing?.();
    this.release?.();
    this.release = null;
    this.ask("elsewhere", "yes", () => this.open(true));
  }

  async credentials() {
    const answer = await post(this.addresses.line, {}, { Accept: "application/json" });
    if (answer.redirected || answer.status === 403 || answer.status === 401) throw Object.assign(new Error("signed out"), { final: "signed-out" });
    if (answer.status === 404) throw Object.assign(new Error("no telephone"), { final: "taken-away" });
    if (!answer.ok) throw new Error(`the server says ${answer.status}`);
    const told = await answer.json();
    return { ...told, ws: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${told.path}` };
  }

  async microphone() {
    try {
      const stream = await this.devices.microphone();
      this.complain("");
      return stream;
    } catch (error) {
      if (error instanceof NoMicrophone) this.complain(`mic-${error.why}`);
      throw error;
    }
  }

  // Acts, from this window and from the others.

  told(words) {
    if (words.ask) this.tell();
    if (words.yield) this.yield();
    if (words.focus) window.focus();
    if (words.do) this.act(words.do, words.call, words);
  }

  async act(name, id, more = {}) {
    const call = this.calls.get(id) ?? this.calls.current;
    if (!call) return;
    if (this.line.link !== "ready" && ["hold", "resume", "transfer", "join"].includes(name)) return toast(say("lost-command"), "warning");
    try {
      await this.acts[name]?.(call, more);
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
    }
  }

  acts = {
    answer: ({ id }) => this.line.answer(id),
    decline: ({ id }) => this.line.hangUp(id),
    "hang-up": ({ id }) => this.line.hangUp(id),
    hold: ({ id }) => this.line.hold(id, true),
    resume: ({ id }) => this.line.hold(id, false),
    mute: ({ id }) => this.line.mute(id, true),
    unmute: ({ id }) => this.line.mute(id, false),
    keys: ({ id }) => this.element(id)?.querySelector("[data-more]").toggleAttribute("data-keys-open"),
    tone: ({ id }, { key }) => this.tone(id, key),
    transfer: (call, { target, title }) => (target ? this.transfer(call, target) : this.choose(call, title)),
    consult: ({ id }, { target, title }) => this.line.call(CALLING + target, { about: id, title }),
    join: (call) => this.join(call),
  };

  tone(id, key) {
    if (!isTone(key)) return;
    this.sounds.key(key);
    this.line.tone(id, key);
  }

  choose(call) {
    window.focus();
    new TransferForm(this.addresses.targets, call, (how, target, title) => this.act(how, call.id, { target, title })).open();
  }

  async transfer(call, target) {
    const done = await this.line.transfer(call.id, CALLING + target);
    toast(say(done ? "transferred" : "not-transferred"), done ? "success" : "error");
  }

  async join(call) {
    const first = this.calls.get(call.about);
    if (!first) return;
    const done = await this.line.transfer(first.id, CALLING + call.target.replace(/^sip:/, ""), call.id);
    toast(say(done ? "transferred" : "not-transferred"), done ? "success" : "error");
  }

  call(target, title) {
    return this.line.call(CALLING + target, { title }).catch((error) => {
      if (!(error instanceof NoMicrophone)) throw error;
    });
  }

  // What the line tells.

  async arrived(call) {
    if (call.clicked) return this.expected(call);
    if (call.key) this.lookUp(call);
    this.notify(call);
  }

  // The owner made it ring himself (only the exchange of our own can say so): answered at once, named a moment later.
  async expected(call) {
    this.act("answer", call.id);
    const answer = await fetch(`${this.addresses.wish}?call=${encodeURIComponent(call.key)}`);
    if (!answer.ok || answer.redirected) return;
    const { title, page } = await answer.json();
    if (this.calls.get(call.id)) this.calls.set(call.id, { title, page, way: "out" });
  }

  async lookUp(call) {
    const html = await fetchCard(this.addresses.pop, call.key);
    const slot = this.element(call.id)?.querySelector("[data-card]");
    if (!html || !slot) return;
    const { title, page } = place(slot, html);
    this.calls.set(call.id, { page, ...(title && { title }) });
    this.notify(this.calls.get(call.id));
  }

  notify(call) {
    if (!call || call.stage !== "ringing" || document.hasFocus() || globalThis.Notification?.permission !== "granted") return;
    this.notice?.close();
    this.notice = new Notification(say("incoming"), { body: titleOf(call), tag: "telephone", requireInteraction: true });
    this.notice.onclick = () => window.focus();
  }

  over(call, cause) {
    if (!this.calls.list.some(({ stage }) => stage === "ringing")) this.notice?.close();
    const words = `end-${cause}`;
    if (call?.stage !== "talking" && has(words)) toast(`${titleOf(call)}: ${say(words)}`, cause === "lost" ? "error" : "info");
  }

  // Drawing.

  changed() {
    if (!this.calls) return;
    this.sounds.play(this.calls.sound);
    this.tell();
    this.draw();
  }

  tell() {
    this.wire.say({ state: { link: this.line.link, calls: this.calls.list } });
  }

  complain(problem) {
    this.problem = problem;
    this.draw();
  }

  ask(name, label, act) {
    this.main.dispatchEvent(new CustomEvent("telephone:ask", { detail: { name, label, act } }));
  }

  clearAsk(name) {
    this.main.dispatchEvent(new CustomEvent("telephone:answered", { detail: { name } }));
  }

  element(id) {
    return this.drawn.get(id);
  }

  draw() {
    const { link } = this.line;
    const [state, problem] = [this.main.querySelector("[data-link-state]"), this.main.querySelector("[data-problem]")];
    state.dataset.linkState = link;
    state.querySelector("[data-link-word]").textContent = say(link === "ready" ? "ready" : link === "connecting" ? "connecting" : "off");
    const words = [this.problem, ["ready", "connecting", "off"].includes(link) ? "" : link].filter(Boolean).map(say);
    problem.hidden = !words.length;
    problem.textContent = words.join(" ");
    this.drawCalls();
  }

  drawCalls() {
    const place = this.main.querySelector("[data-calls]");
    for (const [id, element] of this.drawn) {
      if (this.calls.get(id)) continue;
      element.remove();
      this.drawn.delete(id);
    }
    for (const call of this.calls.list) {
      if (!this.drawn.has(call.id)) {
        const element = this.main.querySelector("[data-call-shape]").content.firstElementChild.cloneNode(true);
        element.dataset.id = call.id;
        this.drawn.set(call.id, element);
        place.append(element);
      }
      this.drawCall(this.drawn.get(call.id), call);
    }
  }

  drawCall(element, call) {
    element.className = `phone-call is-${call.held ? "held" : call.stage}`;
    element.querySelector("[data-title]").textContent = titleOf(call);
    element.querySelector("[data-stage]").textContent = stageOf(call);
    drawButtons(element.querySelector("[data-buttons]"), call, this.calls.list);
    drawTime(element.querySelector("[data-time]"), call);
  }

  tick() {
    for (const call of this.calls.list) {
      const element = this.element(call.id);
      if (element) drawTime(element.querySelector("[data-time]"), call);
    }
  }
}
