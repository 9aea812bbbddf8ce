// The bundle of the telephone's window; only people with a browser telephone load it.
import { DeviceDialog, asks } from "./phone/settings.js";
import { PhoneWindow } from "./phone/window.js";
import { isTyping } from "./page.js";
import { isTone } from "./phone/calls.js";
import { say } from "./phone/words.js";

const main = document.querySelector("[data-telephone]");
const phone = new PhoneWindow(main);
const dialog = new DeviceDialog(main.querySelector("[data-devices]"), phone);
const questions = asks(main.querySelector("[data-asks]"));
const form = main.querySelector("[data-phone-dial]");

main.addEventListener("telephone:ask", ({ detail }) => questions.ask(detail.name, say("here"), detail.act));
main.addEventListener("telephone:answered", ({ detail }) => questions.answered(detail.name));

main.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-do]");
  if (pressed) return phone.act(pressed.dataset.do, pressed.closest("[data-id]").dataset.id);
  if (target.closest("[data-devices-open]")) return dialog.open();
  const key = target.closest("[data-key]");
  if (key) return pressKey(key.dataset.key, key.closest("[data-id]")?.dataset.id);
  const reached = target.closest(".phone-dial [data-target]");
  if (reached) {
    phone.call(reached.dataset.target, reached.dataset.title);
    form.querySelector(".phone-targets").replaceChildren();
    form.elements.number.value = "";
  }
});

// The telephone's own window stays where it is: whatever it links to, notices too, opens beside it.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[href]:not([href^='#'], [hx-get])");
  if (link) link.target = "_blank";
});

// Keys go to the talk; without one they are typed into the number.
function pressKey(key, id) {
  if (phone.calls.get(id) || phone.calls.open().length) return phone.act("tone", id ?? phone.calls.open()[0].id, { key });
  phone.sounds.key(key);
  form.elements.number.value += key;
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTone(event.key) && phone.calls.open().length) phone.act("tone", phone.calls.open()[0].id, { key: event.key });
});

addEventListener("beforeunload", (event) => {
  if (phone.calls.list.some(({ stage }) => stage === "talking")) event.preventDefault();
});

// Sound and notices need the person's hand once.
function permissions() {
  if (phone.sounds.isBlocked) questions.ask("silent", say("let-ring"), () => phone.sounds.allow());
  if (globalThis.Notification?.permission === "default") questions.ask("notices", say("let-notify"), () => Notification.requestPermission());
}
main.addEventListener("pointerdown", async () => (await phone.sounds.allow()) && questions.answered("silent"));

phone.open().then(permissions);
