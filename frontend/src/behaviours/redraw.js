// A form that the server draws anew when a choice changes what comes after it: <select data-redraw>.
import { node } from "../page.js";

export default function redraw(form) {
  form.querySelectorAll("[data-without-script]").forEach((element) => (element.hidden = true));
  form.addEventListener("change", (event) => {
    if (!event.target.closest("[data-redraw]")) return;
    const button = node("button", { name: "do", value: "redraw", hidden: "" });
    form.append(button);
    form.requestSubmit(button);
    button.remove();
  });
}
