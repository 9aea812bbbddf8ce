// A button that fills the screen with the page, and keeps the screen awake where the browser can.
export default function fullscreen(button) {
  if (!document.documentElement.requestFullscreen) {
    button.hidden = true;
    return;
  }
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
  const awake = () => document.fullscreenElement && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("fullscreenchange", () => {
    document.body.classList.toggle("is-full", Boolean(document.fullscreenElement));
    awake();
  });
  document.addEventListener("visibilitychange", () => document.hidden || awake());
}
