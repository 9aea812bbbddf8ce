// Server-sent events of /live/ become DOM events on body: live:call.ended, live:call and live:any.
// A hidden page lets go after a while: browsers allow six connections to a host.
import { word } from "../page.js";

const PATIENCE = 30000;
const SETTLED = 2100; // longer than any throttle in hx-trigger: htmx drops what comes while it throttles
const settling = new Map();

function fire(name, detail = {}) {
  document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

// After a burst every name is said once more, so that the last of it is on the screen as well.
function say(name, fact) {
  fire(name, fact);
  clearTimeout(settling.get(name));
  settling.set(name, setTimeout(() => fire(name, { refetch: true }), SETTLED));
}

function announce(fact) {
  const parts = fact.kind.split(".");
  parts.forEach((_, index) => say(parts.slice(0, parts.length - index).join("."), fact));
  say("any", fact);
}

function refetch() {
  const listening = [...document.querySelectorAll('[hx-trigger*="live:"]')];
  const names = listening.flatMap((each) => each.getAttribute("hx-trigger").match(/live:[\w.-]+/g));
  new Set(names).forEach((name) => fire(name.slice(5), { refetch: true }));
  fire("any", { refetch: true });
}

export default function live(body) {
  let source = null;
  let hiding;
  let stale = false;
  const state = (text, isLive) => {
    const mark = document.querySelector("[data-live-state]");
    if (mark) Object.assign(mark, { hidden: false, className: `foot-live ${isLive ? "on" : "off"}`, title: text });
  };
  const open = () => {
    if (source || !body.dataset.live || document.hidden) return;
    const back = stale ? 0 : Math.min(30, performance.now() / 1000 + 0.5);
    source = new EventSource(`${body.dataset.live}?back=${back.toFixed(1)}`);
    source.addEventListener("hello", () => {
      if (stale) refetch();
      stale = true; // from now on a new connection means that something was missed
      state("", true);
    });
    source.addEventListener("facts", (event) => JSON.parse(event.data).forEach(announce));
    source.addEventListener("refetch", refetch);
    source.addEventListener("error", () => state(word("lost"), false));
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, PATIENCE);
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
