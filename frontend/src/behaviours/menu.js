// <details> as a menu: one at a time, closes on Escape and on a click elsewhere.
export default function menu(details) {
  const close = () => (details.open = false);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const body = details.lastElementChild;
    body.classList.toggle("to-left", body.getBoundingClientRect().right > innerWidth);
    body.classList.toggle("to-right", body.getBoundingClientRect().left < 0);
    document.addEventListener("pointerdown", outside);
  });
  function outside(event) {
    if (details.contains(event.target)) return;
    document.removeEventListener("pointerdown", outside);
    close();
  }
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    close();
    details.querySelector("summary").focus();
  });
}
