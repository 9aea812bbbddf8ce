// Slots by drag: <div data-behaviour="calendar" data-url> around .cal[data-from][data-to] with .cal-body[data-day]
// columns and [data-slot][data-move-url] links. A slot moves at once and goes back when the server says no; a drag
// over an empty place opens the form of a new task there. Without script slots and "+" are links.
import { post, word } from "../page.js";
import { clock, create, minuteAt, place } from "./calendar-places.js";
import { reason } from "./dialog.js";
import { toast } from "./toast.js";

async function put(drag) {
  const { slot, body, from, span } = drag;
  const fields = { starts_at: `${body.dataset.day}T${clock(span.begin)}`, minutes: span.length, dragged: "1" };
  if (body.dataset.who && body !== from.body) fields.who = body.dataset.who;
  try {
    const answer = await post(slot.dataset.moveUrl, fields);
    const said = await reason(answer);
    if (answer.ok) {
      Object.assign(slot.dataset, { begin: span.begin, length: span.length });
      return said && toast(said, "warning");
    }
    toast(said || word("refused"), "error");
  } catch {
    toast(word("failed"), "error");
  }
  from.body.append(slot);
  slot.setAttribute("style", from.style);
}

export default function calendar(root) {
  let drag = null;
  for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) root.addEventListener(name, (event) => drag && event.preventDefault());
  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("click", (event) => event.target.closest(".was-dragged") && event.preventDefault(), true);
  root.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest("[data-slot]");
    const body = event.target.closest(".cal-body");
    const isEmpty = event.target === body && root.hasAttribute("data-can-add") && event.pointerType === "mouse";
    if (event.button || !body || getComputedStyle(body).touchAction === "auto" || (!slot && !isEmpty)) return;
    const minute = minuteAt(body, event.clientY);
    drag = { slot, body, minute, isResize: Boolean(event.target.closest(".cal-grip")), pointer: event.pointerId, x: event.clientX, y: event.clientY };
    if (!slot) return;
    drag.from = { body, style: slot.getAttribute("style") };
    drag.was = { begin: Number(slot.dataset.begin), length: Number(slot.dataset.length) };
  });
  window.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer || (!drag.span && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5)) return;
    place(drag, event);
  });
  window.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    if (!done?.span) return;
    if (!done.slot) return create(root, done);
    done.slot.classList.remove("is-moved");
    done.slot.classList.add("was-dragged");
    setTimeout(() => done.slot.classList.remove("was-dragged"));
    put(done);
  });
  window.addEventListener("pointercancel", () => (drag = null));
}
