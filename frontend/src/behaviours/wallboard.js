// The live board on its page; what changed comes over the stream of the page (live-news).
import { Wall } from "../wallboard.js";

export default function wallboard(root) {
  const wall = new Wall(root, root.dataset.now && Date.parse(root.dataset.now) + performance.now());
  document.body.addEventListener("live-news", ({ detail }) => wall.take(detail));
  const clock = document.querySelector("[data-clock]");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", weekday: "long", day: "numeric", month: "long" });
  const beat = () => {
    wall.tick();
    if (clock) clock.textContent = format.format(wall.now());
  };
  beat();
  setInterval(beat, 1000);
}
