import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { Line } from "../src/phone/line.js";

class Session extends EventEmitter {
  constructor(headers = {}) {
    super();
    this.headers = headers;
    this.done = [];
    this.connection = { addEventListener() {} };
  }
  answer() {
    this.done.push("answer");
    this.emit("accepted", {});
  }
  terminate() {
    this.done.push("terminate");
    this.emit("ended", { cause: "Terminated" });
  }
  hold(_options, done) {
    this.done.push("hold");
    this.emit("hold", { originator: "local" });
    done();
    return true;
  }
  unhold(_options, done) {
    this.done.push("unhold");
    this.emit("unhold", { originator: "local" });
    done();
    return true;
  }
  renegotiate() {
    this.done.push("renegotiate");
  }
  refer(target, { eventHandlers, replaces }) {
    this.done.push(`refer ${target}${replaces ? " replacing" : ""}`);
    this.referred = eventHandlers;
    return {};
  }
}

class Agent extends EventEmitter {
  constructor(configuration) {
    super();
    this.configuration = configuration;
    this.done = [];
  }
  start() {
    this.emit("registered");
  }
  stop() {
    this.done.push("stop");
  }
  register() {
    this.done.push("register");
  }
  isConnected() {
    return true;
  }
  set(name, value) {
    this.configuration[name] = value;
  }
  call(target) {
    this.session = new Session();
    this.done.push(`call ${target}`);
    return this.session;
  }
  ring(headers = {}, from = { user: "79161234567" }) {
    const session = new Session();
    const request = { getHeader: (name) => headers[name], from: { uri: from, display_name: "" } };
    this.emit("newRTCSession", { originator: "remote", session, request });
    return session;
  }
}

async function telephone({ passwords = ["one"], microphone = async () => ({ getTracks: () => [] }) } = {}) {
  const told = [];
  const left = [...passwords];
  const ask = async () => {
    const password = left.length > 1 ? left.shift() : left[0];
    if (password instanceof Error) throw password;
    return { uri: "sip:101w@x", user: "101w", password, ws: "ws://x/pbx/ws" };
  };
  const line = new Line({
    ask, microphone, hear: () => null, changed: () => {}, over: (call, cause) => told.push([call.stage, cause]), arrived: () => {},
    sip: { WebSocketInterface: class {}, UA: Agent },
  });
  await line.start();
  return { line, agent: line.ua, told };
}

test("a call that comes is known by the exchange's name of it, never by a client's number", async () => {
  const { line, agent } = await telephone();
  agent.ring({ "X-Perezvon-Call": "node1-1.1" });
  agent.ring({}, { user: "102" });
  assert.deepEqual(line.calls.list.map(({ key, title, stage }) => [key, title, stage]), [["node1-1.1", "", "ringing"], ["", "102", "ringing"]]);
});

test("answering a second call puts the first on hold; taking it back holds the second", async () => {
  const { line, agent } = await telephone();
  const [first, second] = [agent.ring(), agent.ring()];
  const [a, b] = line.calls.list.map(({ id }) => id);
  await line.answer(a);
  await line.answer(b);
  assert.deepEqual(first.done, ["answer", "hold"]);
  assert.deepEqual(line.calls.list.map(({ held }) => held), [true, false]);
  await line.hold(a, false);
  assert.deepEqual(second.done, ["answer", "hold"]);
  assert.deepEqual(line.calls.list.map(({ held }) => held), [false, true]);
});

test("without a microphone nothing is answered", async () => {
  const { line, agent } = await telephone({ microphone: async () => Promise.reject(new Error("refused")) });
  const session = agent.ring();
  await assert.rejects(line.answer(line.calls.list[0].id));
  assert.deepEqual(session.done, []);
});

test("a lost link ends rings, keeps talks, and offers them anew when it is back", async () => {
  const { line, agent, told } = await telephone();
  const talk = agent.ring();
  await line.answer(line.calls.list[0].id);
  agent.ring();
  agent.emit("disconnected");
  assert.equal(line.link, "lost");
  assert.deepEqual(told, [["ringing", "lost"]]);
  assert.equal(line.calls.list.length, 1);
  await line.hold(line.calls.list[0].id, true);
  assert.deepEqual(talk.done, ["answer"]); // an order that cannot arrive would end the talk
  agent.emit("registered");
  assert.equal(line.link, "ready");
  assert.deepEqual(talk.done, ["answer", "renegotiate"]);
});

test("a changed password is fetched and tried at once", async () => {
  const { line, agent } = await telephone({ passwords: ["old", "new"] });
  agent.emit("registrationFailed", { response: { status_code: 401 } });
  await new Promise((done) => setTimeout(done));
  assert.equal(agent.configuration.password, "new");
  assert.deepEqual(agent.done, ["register"]);
  assert.equal(line.link, "refused");
});

test("who is signed out is told so, and the telephone stops trying", async () => {
  const gone = Object.assign(new Error(), { final: "signed-out" });
  const { line, agent } = await telephone({ passwords: ["one", gone] });
  agent.emit("disconnected");
  agent.emit("disconnected");
  await new Promise((done) => setTimeout(done));
  assert.equal(line.link, "signed-out");
  assert.deepEqual(agent.done, ["stop"]);
});

test("a blind transfer leaves the call only after it succeeded", async () => {
  const { line, agent } = await telephone();
  const session = agent.ring();
  const { id } = line.calls.list[0];
  await line.answer(id);
  const failed = line.transfer(id, "sip:102");
  session.referred.requestFailed();
  assert.equal(await failed, false);
  assert.equal(line.calls.list.length, 1);
  const done = line.transfer(id, "sip:102");
  session.referred.accepted();
  assert.equal(await done, true);
  assert.equal(line.calls.list.length, 0);
});

test("an attended transfer joins the two and leaves both", async () => {
  const { line, agent } = await telephone();
  const client = agent.ring();
  await line.answer(line.calls.list[0].id);
  const about = line.calls.list[0].id;
  const second = await line.call("sip:102", { about });
  agent.session.emit("accepted", {});
  assert.equal(line.calls.get(about).held, true);
  const joined = line.transfer(about, "sip:102", second);
  assert.equal(client.done.at(-1), "refer sip:102 replacing");
  client.referred.accepted();
  assert.equal(await joined, true);
  assert.deepEqual(line.calls.list, []);
});
