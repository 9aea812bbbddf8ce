// Opens the palette: Ctrl K, / or a touch of the search field.
import { isTyping } from "../page.js";
import { Palette } from "../palette.js";

export default function palette(body) {
  if (!body.dataset.palette) return;
  const shown = new Palette(body.dataset.palette);
  document.addEventListener("keydown", (event) => {
    const called = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    const isSlash = event.key === "/" || (event.code === "Slash" && !event.shiftKey); // also in Russian
    const slash = isSlash && !isTyping(event.target) && !document.querySelector("dialog[open]");
    if (!called && !slash) return;
    event.preventDefault();
    shown.open();
  });
  document.querySelector("[data-palette-open]")?.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    shown.open(event.target.value);
  });
}
