// Facts that came over /live/ become DOM events on body: live:call.ended, live:call and live:any; those that are
// about the person at this browser also live:mine.call.ended and live:mine.call.
const SETTLED = 2100; // longer than any throttle in hx-trigger but that of pages of figures: htmx drops what comes meanwhile
const FIGURES = "throttle:30s";
const FIGURES_SETTLED = 30_100;
const settling = new Map();

function fire(name, detail = {}) {
  document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

// After a burst every name is said once more, so that the last of it is on the screen as well.
function say(name, fact) {
  fire(name, fact);
  clearTimeout(settling.get(name));
  const wait = document.querySelector(`[hx-trigger*="${FIGURES}"]`) ? FIGURES_SETTLED : SETTLED;
  settling.set(name, setTimeout(() => fire(name, { refetch: true }), wait));
}

export function announce(fact) {
  const parts = fact.kind.split(".");
  parts.forEach((_, index) => {
    const name = parts.slice(0, parts.length - index).join(".");
    say(name, fact);
    if (fact.mine) say(`mine.${name}`, fact);
  });
  say("any", fact);
}

export function refetch() {
  const listening = [...document.querySelectorAll('[hx-trigger*="live:"]')];
  const names = listening.flatMap((each) => each.getAttribute("hx-trigger").match(/live:[\w.-]+/g));
  new Set(names).forEach((name) => fire(name.slice(5), { refetch: true }));
  fire("any", { refetch: true });
}
