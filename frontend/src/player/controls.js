// What a person does to a sound: buttons, keys and the waveform as a slider.
const STEP = 5; // seconds
const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export function controls(audio, length, sides, begins) {
  const seek = (second, andPlay) => {
    audio.currentTime = Math.min(Math.max(0, second), Math.max(0, length() - 0.05));
    if (andPlay) play();
  };
  const play = () => {
    begins();
    sides?.open();
    audio.play().catch(() => {}); // the browser wants a press first: the button is there
  };
  const toggle = () => (audio.paused ? play() : audio.pause());
  const faster = (by, select) => {
    const next = SPEEDS[SPEEDS.indexOf(audio.playbackRate) + by];
    if (next) audio.playbackRate = Number((select.value = next));
  };
  const keys = (select) => ({
    " ": toggle,
    k: toggle,
    ArrowLeft: () => seek(audio.currentTime - STEP),
    ArrowRight: () => seek(audio.currentTime + STEP),
    ArrowUp: () => faster(1, select),
    ArrowDown: () => faster(-1, select),
    Home: () => seek(0),
    End: () => seek(length()),
  });
  const bind = (element, find) => {
    const wave = find("wave");
    const speed = find("speed");
    const press = keys(speed);
    const at = (event) => {
      const box = wave.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * length());
    };
    wave.addEventListener("pointerdown", (event) => {
      wave.setPointerCapture(event.pointerId);
      at(event);
    });
    wave.addEventListener("pointermove", (event) => event.buttons && at(event));
    element.addEventListener("keydown", (event) => {
      if (event.target.closest("input, textarea, select, a, button:not([data-player-play])")) return;
      const act = press[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    find("play").addEventListener("click", toggle);
    for (const button of element.querySelectorAll("[data-player-step]")) {
      button.addEventListener("click", () => seek(audio.currentTime + Number(button.dataset.playerStep)));
    }
    speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
    find("ears")?.addEventListener("change", ({ target }) => sides?.hear(target.value));
    for (const link of element.querySelectorAll("[data-player-moment]")) {
      link.addEventListener("click", () => {
        const second = Math.floor(audio.currentTime);
        for (const name of ["href", "data-copy"]) {
          const text = link.getAttribute(name);
          if (text) link.setAttribute(name, text.replace(/([?&](?:t|second)=)\d*/, `$1${second}`));
        }
      }, { capture: true });
    }
  };
  return { bind, play, seek };
}
