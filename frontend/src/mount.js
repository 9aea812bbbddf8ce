// Behaviours by name: <div data-behaviour="copy timeago">. Big ones are loaded when a page has them.
import autosubmit from "./behaviours/autosubmit.js";
import bell from "./behaviours/bell.js";
import copy from "./behaviours/copy.js";
import countdown from "./behaviours/countdown.js";
import counts from "./behaviours/counts.js";
import dismiss from "./behaviours/dismiss.js";
import keys from "./behaviours/keys.js";
import live from "./behaviours/live.js";
import menu from "./behaviours/menu.js";
import palette from "./behaviours/palette.js";
import rows from "./behaviours/rows.js";
import sidebar from "./behaviours/sidebar.js";
import subject from "./behaviours/subject.js";
import theme from "./behaviours/theme.js";
import timeago from "./behaviours/timeago.js";
import toast from "./behaviours/toast.js";

const here = { autosubmit, bell, copy, countdown, counts, dismiss, keys, live, menu, palette, rows, sidebar, subject, theme, timeago, toast };
const far = {
  board: () => import("./behaviours/board.js"),
  boardkeys: () => import("./behaviours/boardkeys.js"),
  fold: () => import("./behaviours/fold.js"),
  calendar: () => import("./behaviours/calendar.js"),
  chart: () => import("./behaviours/chart.js"),
  inline: () => import("./behaviours/inline.js"),
  lines: () => import("./behaviours/lines.js"),
  order: () => import("./behaviours/order.js"),
  queue: () => import("./behaviours/queue.js"),
  suggest: () => import("./behaviours/suggest.js"),
  picks: () => import("./behaviours/picks.js"),
  redraw: () => import("./behaviours/redraw.js"),
  steady: () => import("./behaviours/steady.js"),
  player: () => import("./behaviours/player.js"),
  print: () => import("./behaviours/print.js"),
  fullscreen: () => import("./behaviours/fullscreen.js"),
  push: () => import("./behaviours/push.js"),
  dialler: () => import("./behaviours/dialler.js"),
  phonebar: () => import("./behaviours/phonebar.js"),
  wallboard: () => import("./behaviours/wallboard.js"),
};
const mounted = new WeakMap();

function start(element, name) {
  const done = mounted.get(element) ?? new Set();
  if (done.has(name)) return;
  mounted.set(element, done.add(name));
  if (here[name]) here[name](element);
  else far[name]?.().then((module) => module.default(element));
}

function namesOf(element) {
  const names = (element.dataset.behaviour ?? "").split(/\s+/).filter(Boolean);
  return element.dataset.chart ? [...names, "chart"] : names;
}

export function mount(root) {
  const inside = root.querySelectorAll?.("[data-behaviour], [data-chart]") ?? [];
  for (const element of [root, ...inside]) {
    if (element.dataset) namesOf(element).forEach((name) => start(element, name));
  }
}
