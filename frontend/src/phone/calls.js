// What the telephone's calls are doing, as plain data: the same object is drawn here and sent to the other windows.
//
// A call: id, way ("in", "out"), stage ("ringing" = at us, "calling" = at the other side, "talking"), held, muted, began
// and answered (ms), key (the exchange's name of the call), clicked (we asked for it with a button: answered by itself), title (who it is),
// page (his card), target (whom we call), about (id of the call that is talked over with a colleague).
export const IN = "in";
export const OUT = "out";

export function fresh(id, way, began, more = {}) {
  const stage = way === IN ? "ringing" : "calling";
  return { id, way, stage, held: false, muted: false, began, answered: null, key: "", clicked: false, title: "", page: "", target: "", about: "", ...more };
}

export class Calls {
  constructor(changed = () => {}) {
    this.list = [];
    this.changed = changed;
  }

  get(id) {
    return this.list.find((call) => call.id === id);
  }

  add(call) {
    this.list = [...this.list, call];
    this.changed();
  }

  set(id, change) {
    this.list = this.list.map((call) => (call.id === id ? { ...call, ...change } : call));
    this.changed();
  }

  drop(id) {
    // A talk about a call that is gone is a call like any other.
    this.list = this.list.filter((call) => call.id !== id).map((call) => (call.about === id ? { ...call, about: "" } : call));
    this.changed();
  }

  // Those that hear us now: a new one may only begin after they were put on hold.
  open(except) {
    return this.list.filter((call) => call.stage === "talking" && !call.held && call.id !== except);
  }

  // What the ear hears: a ring, a knock during a talk, the ringing at the other side, nothing.
  get sound() {
    const rings = this.list.some((call) => call.stage === "ringing" && !call.clicked);
    if (rings) return this.open().length ? "knock" : "ring";
    return this.list.some((call) => call.stage === "calling" && !call.early) && !this.open().length ? "back" : "";
  }

  // The call that buttons and keys without a name mean: the one that rings, else the one we talk to, else any.
  get current() {
    return this.list.find((call) => call.stage === "ringing") ?? this.open()[0] ?? this.list.at(-1);
  }
}

const TONES = /^[0-9*#]$/;

export function isTone(key) {
  return TONES.test(key);
}

// "1:05", "1:02:33" since a moment in ms.
export function lasting(since, now) {
  const all = Math.max(0, Math.floor((now - since) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
