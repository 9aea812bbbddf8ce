import assert from "node:assert/strict";
import { test } from "node:test";
import { Calls, fresh, isTone, lasting } from "../src/phone/calls.js";
import { fetchCard } from "../src/phone/card.js";
import { Devices, NoMicrophone, loudness } from "../src/phone/devices.js";
import { actionsOf } from "../src/phone/draw.js";
import { Wire } from "../src/phone/wire.js";

const ringing = (id, more) => fresh(id, "in", 0, more);
const talking = (id, more) => fresh(id, "in", 0, { stage: "talking", answered: 0, ...more });

function calls(...list) {
  const made = new Calls();
  list.forEach((call) => made.add(call));
  return made;
}

test("the ear hears a ring, a knock during a talk, the other side's bell, or nothing", () => {
  assert.equal(calls().sound, "");
  assert.equal(calls(ringing("a")).sound, "ring");
  assert.equal(calls(talking("a"), ringing("b")).sound, "knock");
  assert.equal(calls(talking("a", { held: true }), ringing("b")).sound, "ring");
  assert.equal(calls(fresh("a", "out", 0)).sound, "back");
  assert.equal(calls(fresh("a", "out", 0, { early: true })).sound, ""); // the exchange itself plays something
  assert.equal(calls(ringing("a", { clicked: true })).sound, ""); // we asked for it: it is answered by itself
});

test("a button without a name means the call that rings, else the one we talk to", () => {
  const known = calls(talking("a", { held: true }), talking("b"));
  assert.equal(known.current.id, "b");
  known.add(ringing("c"));
  assert.equal(known.current.id, "c");
  known.drop("c");
  known.drop("b");
  assert.equal(known.current.id, "a");
});

test("a talk about a call that is gone is a call like any other", () => {
  const known = calls(talking("a", { held: true }), talking("b", { about: "a" }));
  assert.ok(actionsOf(known.get("b"), known.list).includes("join"));
  known.drop("a");
  assert.equal(known.get("b").about, "");
  assert.ok(!actionsOf(known.get("b"), known.list).includes("join"));
});

test("what can be done follows the state", () => {
  assert.deepEqual(actionsOf(ringing("a"), []), ["answer", "decline"]);
  assert.deepEqual(actionsOf(fresh("a", "out", 0), []), ["hang-up"]);
  assert.deepEqual(actionsOf(talking("a", { held: true, muted: true }), []), ["resume", "unmute", "keys", "transfer", "hang-up"]);
});

test("keys are digits, star and hash", () => {
  assert.ok(["0", "9", "*", "#"].every(isTone));
  assert.ok(!["", "a", "12", "Enter"].some(isTone));
});

test("a talk's length is read at a glance", () => {
  assert.equal(lasting(0, 65_000), "1:05");
  assert.equal(lasting(0, 3_723_000), "1:02:03");
  assert.equal(lasting(5000, 0), "0:00");
});

test("the card is asked for until the server knows the call", async () => {
  const answers = [204, 204, 200];
  const asked = [];
  const ask = async (address) => {
    asked.push(address);
    return { status: answers.shift(), redirected: false, text: async () => "<article>" };
  };
  assert.equal(await fetchCard("/pop/", "node1-1.2", { ask, wait: async () => {} }), "<article>");
  assert.deepEqual(asked, Array(3).fill("/pop/?call=node1-1.2"));
});

test("a refusal or a sign-in page ends the asking", async () => {
  const once = (answer) => fetchCard("/pop/", "k", { ask: async () => answer, wait: async () => assert.fail("it waits") });
  assert.equal(await once({ status: 404 }), "");
  assert.equal(await once({ status: 200, redirected: true }), "");
});

test("silence is nothing, a full voice is everything", () => {
  assert.equal(loudness(new Float32Array(64)), 0);
  assert.equal(loudness(new Float32Array(64).fill(1)), 1);
  assert.ok(Math.abs(loudness(new Float32Array(64).fill(0.0316)) - 0.5) < 0.01); // -30 dB
});

const storage = (kept = {}) => ({ getItem: (key) => kept[key], setItem: (key, value) => (kept[key] = value) });
const failing = (name) => ({ getUserMedia: async () => Promise.reject(Object.assign(new Error(name), { name })) });

test("why there is no microphone is told in our words", async () => {
  const why = async (media) => {
    const error = await new Devices({ media, storage: storage() }).microphone().catch((problem) => problem);
    assert.ok(error instanceof NoMicrophone);
    return error.why;
  };
  assert.equal(await why(failing("NotAllowedError")), "refused");
  assert.equal(await why(failing("NotFoundError")), "missing");
  assert.equal(await why(failing("NotReadableError")), "busy");
  assert.equal(await why({}), "insecure");
});

test("a microphone that was unplugged gives way to the usual one", async () => {
  const wanted = [];
  const media = {
    getUserMedia: async ({ audio }) => {
      wanted.push(audio.deviceId?.exact);
      if (audio.deviceId) throw Object.assign(new Error(), { name: "OverconstrainedError" });
      return "stream";
    },
  };
  const devices = new Devices({ media, storage: storage({ "telephone-devices": '{"microphone":"old"}' }) });
  assert.equal(await devices.microphone(), "stream");
  assert.deepEqual(wanted, ["old", undefined]);
  assert.equal(devices.chosen.microphone, "");
});

// Windows of one browser: channels by name, one lock.
function browser() {
  const channels = new Set();
  const waiting = [];
  let holder = null;
  class Channel {
    constructor(name) {
      this.name = name;
      channels.add(this);
    }
    postMessage(data) {
      for (const other of channels) if (other !== this && other.name === this.name) other.onmessage({ data: structuredClone(data) });
    }
  }
  function next() {
    if (holder || !waiting.length) return;
    const { mode, act, done, name } = waiting.shift();
    holder = { name, mode };
    Promise.resolve(act({ name })).then(() => {
      holder = null;
      done();
      next();
    });
  }
  const locks = {
    request(name, options, act) {
      const work = typeof options === "function" ? options : act;
      if (options.ifAvailable && holder) return Promise.resolve(work(null));
      return new Promise((done, fail) => {
        const one = { name, mode: options.mode ?? "exclusive", act: work, done };
        options.signal?.addEventListener("abort", () => {
          const place = waiting.indexOf(one);
          if (place >= 0) {
            waiting.splice(place, 1);
            fail(new Error("aborted"));
          }
        });
        waiting.push(one);
        next();
      });
    },
    query: async () => ({ held: holder ? [holder] : [] }),
  };
  return { window: (person = 7) => new Wire(person, { Channel, locks }) };
}
const soon = () => new Promise((done) => setTimeout(done, 5));

test("one window has the telephone; the others see its state until it is gone", async () => {
  const here = browser();
  const phone = here.window();
  const release = await phone.take();
  assert.ok(release);
  assert.equal(await here.window().take(), null);
  phone.hear((words) => words.ask && phone.say({ state: { link: "ready", calls: [] } }));
  const seen = [];
  here.window().watch((state) => seen.push(state?.link ?? "gone"));
  assert.deepEqual(seen, ["ready"]);
  release();
  await soon();
  assert.deepEqual(seen, ["ready", "gone"]);
});

test("a window that insists gets the telephone when the other lets go", async () => {
  const here = browser();
  const first = here.window();
  const release = await first.take();
  first.hear((words) => words.yield && release());
  const second = await here.window().take({ insist: true });
  assert.ok(second);
  second();
});

test("two people in one browser do not see each other's telephone", () => {
  const here = browser();
  const heard = [];
  here.window(8).hear((words) => heard.push(words));
  here.window(7).say({ state: {} });
  assert.deepEqual(heard, []);
});
