// A result suggests what comes next: only the fields of the chosen step are shown, a word is asked for where it is needed.
function draw(form) {
  const picked = form.querySelector("input[name=result]:checked");
  const chosen = form.elements.next_kind.value;
  const kind = chosen === "usual" ? (picked?.dataset.then ?? "") : chosen;
  const shown = {
    lose: kind === "lose",
    step: Boolean(kind) && kind !== "lose" && kind !== "win",
    exact: form.elements.when.value === "exact",
  };
  form.querySelectorAll("[data-for]").forEach((part) => (part.hidden = !shown[part.dataset.for]));
  form.elements.text.required = picked?.hasAttribute("data-comment") ?? false;
}

export default function suggest(element) {
  const form = element.closest("form");
  form.addEventListener("change", () => draw(form));
  draw(form);
}
