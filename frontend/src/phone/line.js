// The SIP side of the telephone: registers at the exchange, makes and takes calls, comes back after a loss.
//
// While the link is lost a talk goes on (voice does not go through it); once it is back every talk is offered anew, so that
// the exchange learns the new address and can hang up, hold and transfer again.
import JsSIP from "jssip";
import { Calls, IN, OUT, fresh } from "./calls.js";

const EXPIRES = 300; // seconds of a registration
const RINGS = 180; // seconds after which a ring that nobody answers is dropped
const GATHERING = 400; // ms to wait for addresses to talk from; on one network the first is enough
const AGAIN = 250; // ms between tries to put on hold while an offer is on its way

const SHORT = /^\d{2,6}$/; // an internal number

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Line {
  // ask() gives {uri, user, password, ws} or throws; microphone() a MediaStream or throws; changed(), over(call, cause).
  constructor({ ask, microphone, hear, changed, over, arrived, sip = JsSIP }) {
    Object.assign(this, { ask, microphone, hear, over, arrived, sip });
    this.changed = changed;
    this.calls = new Calls(changed);
    this.sessions = new Map();
    this.link = "off";
    this.number = 0;
  }

  async start() {
    this.set("connecting");
    const told = await this.ask();
    const socket = new this.sip.WebSocketInterface(told.ws);
    this.ua = new this.sip.UA({
      sockets: [socket], uri: told.uri, authorization_user: told.user, password: told.password, register_expires: EXPIRES,
      no_answer_timeout: RINGS, session_timers: false, connection_recovery_min_interval: 1, connection_recovery_max_interval: 8,
      user_agent: "Perezvon",
    });
    this.ua.on("registered", () => this.back());
    this.ua.on("registrationFailed", ({ response }) => this.refused(response?.status_code));
    this.ua.on("disconnected", () => this.lost());
    this.ua.on("newRTCSession", (event) => this.came(event));
    this.ua.start();
  }

  stop() {
    this.ua?.stop();
    this.set("off");
  }

  set(link) {
    if (this.link === link) return;
    this.link = link;
    this.changed();
  }

  // The link.

  back() {
    const wasLost = this.link === "lost";
    this.set("ready");
    this.failures = 0;
    if (wasLost) for (const [id, { session }] of this.sessions) if (this.calls.get(id)?.stage === "talking") this.offer(session);
  }

  offer(session) {
    session.renegotiate({ rtcOfferConstraints: { iceRestart: false } });
  }

  lost() {
    if (this.link === "off") return;
    this.set("lost");
    for (const call of this.calls.list) if (call.stage !== "talking") this.finish(call.id, "lost");
    this.failures = (this.failures ?? 0) + 1;
    if (this.failures > 1) this.renew(); // signed out, or the telephone was taken away?
  }

  async refused(code) {
    this.set("refused");
    if (code === 401 || code === 403) await this.renew();
  }

  // The password may have been changed, the sign-in may be over: ask again.
  async renew() {
    try {
      const { password } = await this.ask();
      if (this.ua.configuration.password === password) return;
      this.ua.set("password", password);
      if (this.ua.isConnected()) this.ua.register();
    } catch (problem) {
      if (!problem.final) return; // the server does not answer: JsSIP goes on trying
      this.ua.stop();
      this.set(problem.final);
    }
  }

  // Calls.

  came({ originator, session, request }) {
    if (originator !== "remote") return;
    const header = (name) => request.getHeader(name) ?? "";
    const id = this.keep(session);
    const { user = "" } = request.from.uri ?? {};
    const colleague = SHORT.test(user) ? request.from.display_name || user : ""; // a client's number is the server's to show
    this.calls.add(fresh(id, IN, Date.now(), { key: header("X-Perezvon-Call"), clicked: Boolean(header("X-Perezvon-Click")), title: colleague }));
    this.arrived?.(this.calls.get(id));
  }

  keep(session) {
    const id = `c${Date.now().toString(36)}${(this.number += 1)}`;
    const one = { session, audio: null };
    this.sessions.set(id, one);
    const on = (name, act) => session.on(name, act);
    const connected = (peer) => peer.addEventListener("track", ({ track, streams }) => (one.audio = this.hear(streams[0] ?? new MediaStream([track]))));
    on("peerconnection", ({ peerconnection }) => connected(peerconnection));
    on("icecandidate", ({ ready }) => (one.gathering ??= setTimeout(ready, GATHERING)));
    on("progress", ({ response }) => response?.body && this.calls.set(id, { early: true }));
    on("accepted", () => this.calls.set(id, { stage: "talking", answered: Date.now() }));
    on("hold", ({ originator }) => originator === "local" && this.calls.set(id, { held: true }));
    on("unhold", ({ originator }) => originator === "local" && this.calls.set(id, { held: false }));
    on("muted", () => this.calls.set(id, { muted: true }));
    on("unmuted", () => this.calls.set(id, { muted: false }));
    on("ended", ({ cause }) => this.finish(id, cause));
    on("failed", ({ cause }) => this.finish(id, cause));
    return id;
  }

  finish(id, cause) {
    const one = this.sessions.get(id);
    if (!one) return;
    this.sessions.delete(id);
    clearTimeout(one.gathering);
    one.audio?.pause();
    one.stream?.getTracks().forEach((track) => track.stop());
    if (cause === "lost") this.end(one.session);
    const call = this.calls.get(id);
    this.calls.drop(id);
    this.over?.(call, cause);
  }

  end(session) {
    try {
      session.terminate();
    } catch {
      // It is over already.
    }
  }

  async answer(id) {
    const one = this.sessions.get(id);
    if (!one || this.calls.get(id).stage !== "ringing") return;
    one.stream = await this.microphone();
    await this.quiet(id);
    one.session.answer({ mediaStream: one.stream, pcConfig: this.peers });
  }

  async call(target, { headers = [], about = "", title = "" } = {}) {
    const stream = await this.microphone();
    await this.quiet();
    const session = this.ua.call(target, { mediaStream: stream, pcConfig: this.peers, extraHeaders: headers });
    const id = this.keep(session);
    // The session has its connection already: nobody told us of it.
    session.connection?.addEventListener("track", ({ track, streams }) => (this.sessions.get(id).audio = this.hear(streams[0] ?? new MediaStream([track]))));
    this.sessions.get(id).stream = stream;
    this.calls.add(fresh(id, OUT, Date.now(), { target, about, title: title || target }));
    return id;
  }

  hangUp(id) {
    const one = this.sessions.get(id);
    if (!one) return;
    const isIn = this.calls.get(id)?.stage === "ringing";
    if (isIn) one.session.terminate({ status_code: 486 });
    else this.end(one.session);
    if (this.link !== "ready") this.finish(id, "lost");
  }

  // Everybody else hears music before somebody new hears us.
  async quiet(except) {
    for (const call of this.calls.open(except)) await this.hold(call.id, true);
  }

  async hold(id, isHeld) {
    const one = this.sessions.get(id);
    if (!one || this.calls.get(id).held === isHeld || this.link !== "ready") return;
    if (!isHeld) await this.quiet(id);
    for (let tries = 0; tries < 20; tries += 1) {
      const begun = await new Promise((done) => {
        if (!one.session[isHeld ? "hold" : "unhold"]({}, () => done(true))) done(false);
        else setTimeout(() => done(true), 20 * AGAIN);
      });
      if (begun || !this.sessions.has(id)) return;
      await pause(AGAIN);
    }
  }

  mute(id, isMuted) {
    this.sessions.get(id)?.session[isMuted ? "mute" : "unmute"]({ audio: true });
  }

  tone(id, key) {
    this.sessions.get(id)?.session.sendDTMF(key, { transportType: "RFC2833", duration: 120, interToneGap: 80 });
  }

  // Blind: the other side is sent to `target`; with `consulted` it is joined with that call and we are out of both.
  transfer(id, target, consulted) {
    const one = this.sessions.get(id);
    if (!one || this.link !== "ready") return Promise.resolve(false);
    const options = consulted ? { replaces: this.sessions.get(consulted)?.session } : {};
    return new Promise((done) => {
      const asked = one.session.refer(target, {
        ...options,
        eventHandlers: {
          accepted: () => {
            done(true);
            this.end(one.session);
            if (consulted && this.sessions.has(consulted)) this.end(this.sessions.get(consulted).session);
          },
          failed: () => done(false),
          requestFailed: () => done(false),
        },
      });
      if (!asked) done(false);
    });
  }

  // A microphone chosen in the middle of a talk.
  async newMicrophone(take) {
    for (const [id, one] of this.sessions) {
      const sender = one.session.connection?.getSenders().find(({ track }) => track?.kind === "audio");
      if (!sender) continue;
      const fresh = await take();
      await sender.replaceTrack(fresh.getAudioTracks()[0]);
      one.stream?.getTracks().forEach((track) => track.stop());
      one.stream = fresh;
      if (this.calls.get(id)?.muted) this.mute(id, true);
    }
  }

  // Other speakers in the middle of a talk.
  through(speaker) {
    for (const { audio } of this.sessions.values()) audio?.setSinkId?.(speaker).catch(() => {});
  }
}
