// Where a pointer stands in a column of the calendar, in minutes of its day; steps of a quarter of an hour.
import { node } from "../page.js";

const STEP = 15;

const hoursOf = (body) => {
  const { from, to } = body.closest(".cal").dataset;
  return { from: Number(from), to: Number(to), height: body.getBoundingClientRect().height };
};

export const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export function minuteAt(body, y) {
  const { from, to, height } = hoursOf(body);
  const share = (y - body.getBoundingClientRect().top) / height;
  return Math.min(to, Math.max(from, from + Math.round((share * (to - from)) / STEP) * STEP));
}

function draw(element, body, { begin, length }) {
  const { from, to } = hoursOf(body);
  const percent = (minutes) => `${(100 * minutes) / (to - from)}%`;
  Object.assign(element.style, { top: percent(begin - from), height: percent(length), left: "0%", width: "100%" });
  const time = element.querySelector(".cal-time");
  if (time) time.textContent = `${clock(begin)}–${clock(Math.min(begin + length, 1439))}`;
}

// Moves, resizes or makes the slot of a drag; drag.span says where it stands now.
export function place(drag, event) {
  const over = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches?.(".cal-body"));
  if (over && drag.slot && !drag.isResize && over !== drag.body) drag.body = over;
  const { from, to } = hoursOf(drag.body);
  const minute = minuteAt(drag.body, event.clientY);
  if (drag.isResize) drag.span = { begin: drag.was.begin, length: Math.max(STEP, minute - drag.was.begin) };
  else if (drag.slot) {
    const begin = Math.round((drag.was.begin + minute - drag.minute) / STEP) * STEP;
    drag.span = { begin: Math.max(from, Math.min(begin, to - drag.was.length)), length: drag.was.length };
    if (drag.slot.parentElement !== drag.body) drag.body.append(drag.slot);
  } else {
    drag.ghost ??= drag.body.appendChild(node("div", { class: "cal-slot is-moved" }, node("span", { class: "cal-time" })));
    const [begin, end] = [drag.minute, minute].sort((a, b) => a - b);
    drag.span = { begin: Math.min(begin, to - STEP), length: Math.max(STEP, end - begin) };
  }
  const shown = drag.slot ?? drag.ghost;
  shown.classList.add("is-moved");
  draw(shown, drag.body, drag.span);
}

// Opens the form of a new task at a place.
export function create(root, { body, span, ghost }) {
  ghost.remove();
  const asked = new URLSearchParams({ starts: `${body.dataset.day}T${clock(span.begin)}`, minutes: span.length, next: root.dataset.here });
  if (body.dataset.who) asked.set("who", body.dataset.who);
  const link = node("a", { href: `${root.dataset.url}?${asked}`, "data-dialog": "", hidden: "" });
  root.append(link);
  link.click();
  link.remove();
}
