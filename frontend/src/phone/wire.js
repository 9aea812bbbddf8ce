// The telephone lives in one window of the browser. The other windows of the same person see what it does and steer it
// through this: a BroadcastChannel for words, a Web Lock that tells which window has it, also when that window crashes.
const YIELDS = 2000; // ms that the window which has the telephone gets to let go

export class Wire {
  constructor(person, { Channel = globalThis.BroadcastChannel, locks = globalThis.navigator?.locks } = {}) {
    this.name = `telephone-${person}`; // one browser may be used by two people after another
    this.locks = locks;
    this.channel = new Channel(this.name);
    this.listeners = new Set();
    this.channel.onmessage = ({ data }) => this.listeners.forEach((listener) => listener(data));
  }

  hear(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  say(words) {
    this.channel.postMessage(words);
  }

  // In the telephone's window: resolves with a function that lets go, or null when another window has the telephone.
  // With `insist` that window is asked to let go; it refuses while somebody talks.
  async take({ insist = false } = {}) {
    if (insist) this.say({ yield: true });
    const options = insist ? { signal: AbortSignal.timeout(YIELDS) } : { ifAvailable: true };
    return new Promise((resolve) => {
      const held = (lock) => lock && new Promise((release) => resolve(release));
      this.locks.request(this.name, options, held).then(
        () => resolve(null),
        () => resolve(null),
      );
    });
  }

  // In the other windows: `shown(state)` at every change, with null once the telephone's window is gone.
  watch(shown) {
    let waiting = false;
    const wait = () => {
      if (waiting) return;
      waiting = true;
      this.locks
        .request(this.name, { mode: "shared" }, () => {
          waiting = false;
          shown(null);
        })
        .catch(() => (waiting = false));
    };
    const stop = this.hear((words) => {
      if (!words.state) return;
      shown(words.state);
      wait();
    });
    this.say({ ask: true });
    return stop;
  }

  async isTaken() {
    const { held } = await this.locks.query();
    return held.some(({ name, mode }) => name === this.name && mode === "exclusive");
  }
}
