// Columns that fold: <form data-behaviour="fold"> with buttons form="fold" in each column; who folded what is remembered.
import { post } from "../page.js";

export default function fold(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const column = button.closest(".column");
    const isFolded = column.classList.toggle("is-folded");
    post(button.formAction, { folded: isFolded ? 1 : 0 }, { "HX-Request": "true" });
    button.value = isFolded ? 0 : 1;
  });
}
