// A form that sends itself when a choice changes, and shortly after typing stops in a search field;
// the field has the focus again on the page that comes.
const PAUSE = 450;
const KEPT = "typing-in";

function focusAgain(form) {
  const name = sessionStorage.getItem(KEPT);
  const field = name && form.querySelector(`input[type=search][name="${CSS.escape(name)}"]`);
  if (!field) return;
  sessionStorage.removeItem(KEPT);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

export default function autosubmit(form) {
  let waiting;
  form.addEventListener("change", (event) => {
    if (event.target.type !== "search") form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!form.hasAttribute("hx-get")) sessionStorage.setItem(KEPT, event.target.name);
      form.requestSubmit();
    }, PAUSE);
  });
  form.querySelectorAll("[data-without-script]").forEach((element) => (element.hidden = true));
  focusAgain(form);
}
