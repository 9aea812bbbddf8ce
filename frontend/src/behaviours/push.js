// A button that lets this browser be pushed: asks the person, subscribes at the browser's own push service, tells us.
import { token, word } from "../page.js";
import { toast } from "./toast.js";

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
}

function sameKey(subscription, key) {
  const own = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return own.length === key.length && own.every((byte, index) => byte === key[index]);
}

async function subscribed(worker, key) {
  const found = await worker.pushManager.getSubscription();
  if (found && sameKey(found, key)) return found;
  await found?.unsubscribe(); // it was made for another key of ours and would be refused
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

export default function push(button) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !window.isSecureContext) {
    button.disabled = true;
    button.title = word("push_impossible");
    return;
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return toast(word("push_refused"), "warning");
      await navigator.serviceWorker.register(button.dataset.worker);
      const subscription = await subscribed(await navigator.serviceWorker.ready, bytes(button.dataset.key));
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
      const answer = await fetch(button.dataset.url, { method: "POST", headers, body: JSON.stringify(subscription) });
      if (!answer.ok) throw new Error(await answer.text());
      location.reload();
    } catch {
      toast(word("push_failed"), "error");
    } finally {
      button.disabled = false;
    }
  });
}
