// Tells the server which seconds were heard: now and then while it plays, when it stops, and when the page goes.
import { post } from "../page.js";
import { heard } from "./heard.js";

const EVERY = 15000;

export function reporter(audio, url) {
  const log = heard();
  const send = () => {
    for (const [from, to] of log.take()) {
      const fields = new URLSearchParams({ from, to });
      post(url, fields, {}, { keepalive: true }).catch(() => {}); // what was heard is no reason to disturb anybody
    }
  };
  audio.addEventListener("timeupdate", () => !audio.paused && !audio.seeking && log.plays(audio.currentTime));
  for (const name of ["pause", "ended", "seeking"]) {
    audio.addEventListener(name, () => {
      log.stops();
      send();
    });
  }
  const timer = setInterval(() => (audio.isConnected ? send() : clearInterval(timer)), EVERY);
  addEventListener("pagehide", send);
  return { send };
}
