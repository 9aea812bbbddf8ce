// Holds the stream of /live/ open; what comes becomes DOM events (facts.js).
// A hidden page lets go after a while: browsers allow six connections to a host.
import { announce, refetch } from "../facts.js";
import { word } from "../page.js";

const PATIENCE = 30000;

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
    const feed = body.dataset.feed ? `&feed=${encodeURIComponent(body.dataset.feed)}` : "";
    source = new EventSource(`${body.dataset.live}?back=${back.toFixed(1)}${feed}`);
    source.addEventListener("news", ({ data }) => body.dispatchEvent(new CustomEvent("live-news", { detail: JSON.parse(data) })));
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
