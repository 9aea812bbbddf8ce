// <button data-behaviour="print" hidden>: shows itself where the browser can print, and prints the page.
export default function print(element) {
  element.hidden = false;
  element.addEventListener("click", () => window.print());
}
