// Comments of a talk on its waveform; a press on one in the list plays from its moment.
export function marks(element, seek) {
  const seconds = Number(element.dataset.seconds) || 1;
  const layer = element.querySelector("[data-player-marks]");
  const links = [...element.querySelectorAll("[data-second]")];
  layer.replaceChildren(
    ...links.map((link) => {
      const mark = Object.assign(document.createElement("span"), { className: "player-mark", title: link.title });
      mark.style.setProperty("--at", `${(100 * link.dataset.second) / seconds}%`);
      return mark;
    }),
  );
  for (const link of links) {
    link.onclick = (event) => {
      event.preventDefault();
      seek(Number(link.dataset.second), true);
    };
  }
}
