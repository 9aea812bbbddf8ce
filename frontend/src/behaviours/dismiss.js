// <button data-behaviour="dismiss" data-dismiss="#dock">: empties what it names.
export default function dismiss(button) {
  button.addEventListener("click", () => document.querySelector(button.dataset.dismiss)?.replaceChildren());
}
