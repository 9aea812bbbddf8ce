// Opening the telephone's window from any page: it is never opened twice, and never loaded anew while it holds calls.
import { toast } from "../behaviours/toast.js";
import { Wire } from "./wire.js";
import { say } from "./words.js";

const LOOKS = "popup,width=420,height=760";
const REGISTERS = 6000; // ms that a new window gets to sign in at the exchange

let wire;

export function wireOf(person) {
  return (wire ??= new Wire(person));
}

// Resolves when the telephone is on the line, or at once where there is none in the browser.
export async function openPhone({ focus = false } = {}) {
  const tool = document.querySelector("[data-behaviour~=phonebar]");
  if (!tool?.dataset.softphone) return;
  const here = wireOf(tool.dataset.person);
  const name = `telephone-${tool.dataset.person}`;
  // The window is opened within the click, or the browser refuses; an open one of that name is only found, not loaded.
  const isTaken = document.documentElement.dataset.phone !== undefined;
  const found = isTaken && !focus ? null : window.open(isTaken ? "" : tool.href, name, LOOKS);
  if (isTaken) {
    if (!focus) return;
    if (found?.location.href === "about:blank") {
      found.close(); // it belongs to windows that this one does not know
      here.say({ focus: true });
      toast(say("elsewhere"), "info");
    } else found?.focus();
    return;
  }
  if (!found) return toast(say("blocked"), "error");
  await registered(here);
}

function registered(here) {
  return new Promise((done) => {
    const stop = here.hear(({ state }) => state?.link === "ready" && leave());
    const late = setTimeout(() => leave(), REGISTERS);
    function leave() {
      clearTimeout(late);
      stop();
      done();
    }
  });
}
