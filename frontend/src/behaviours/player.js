// The player of a talk (telephony/_player.html): waveform, keys, speed, who is heard, marks of comments, and an
// account of what was heard. One plays at a time. The parts are in ../player/.
import { clock } from "../player/clock.js";
import { ears } from "../player/ears.js";
import { controls } from "../player/controls.js";
import { marks } from "../player/marks.js";
import { reporter } from "../player/report.js";
import { draw } from "../player/wave.js";
import { icon, word } from "../page.js";

let playing = null;

export default function player(element) {
  const audio = element.querySelector("audio");
  const canvas = element.querySelector("canvas");
  const find = (name) => element.querySelector(`[data-player-${name}]`);
  const peaks = JSON.parse(document.getElementById(element.dataset.peaks).textContent);
  const length = () => (Number.isFinite(audio.duration) && audio.duration) || Number(element.dataset.seconds);
  const sides = peaks.length > 1 ? ears(audio) : null;
  const report = reporter(audio, element.dataset.heard);
  audio.controls = false;
  audio.src = element.dataset.sound;
  audio.preload = "metadata";
  const show = () => {
    const at = audio.currentTime;
    draw(canvas, peaks, at / length());
    find("time").textContent = clock(at);
    find("wave").setAttribute("aria-valuenow", Math.round(at));
    find("wave").setAttribute("aria-valuetext", clock(at));
    find("play").replaceChildren(icon(audio.paused ? "player-play" : "player-pause"));
    find("play").setAttribute("aria-label", word(audio.paused ? "play" : "pause"));
  };
  const act = controls(audio, length, sides, () => {
    if (playing !== audio) playing?.pause();
    playing = audio;
  });
  act.bind(element, find);
  const resize = new ResizeObserver(() => {
    if (element.isConnected) return show();
    resize.disconnect();
    audio.pause();
    report.send();
    sides?.close();
  });
  resize.observe(element);
  for (const name of ["timeupdate", "play", "pause", "seeked", "ended", "loadedmetadata"]) audio.addEventListener(name, show);
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  element.addEventListener("htmx:afterSwap", () => marks(element, act.seek));
  marks(element, act.seek);
  if (element.dataset.start) act.seek(Number(element.dataset.start));
  if (element.hasAttribute("data-player-now")) act.play();
  show();
}
