// Changing in place: <table data-behaviour="inline" data-inline="/lists/people/do/"> whose cells say data-edit, or a
// card's <span data-edit data-edit-url> beside a pencil. A double click or the pencil opens the field.
import { icon, node, word } from "../page.js";
import { begin } from "../inline.js";

export default function inline(root) {
  root.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("[data-edit]");
    if (cell && !event.target.closest("form")) begin(root, cell);
  });
  root.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td[data-edit]");
    if (cell && !cell.querySelector(".cell-pencil, form")) cell.append(node("button", { type: "button", class: "cell-pencil", "aria-label": word("edit"), title: word("edit") }, icon("pencil")));
  });
  root.addEventListener("click", (event) => {
    const cell = event.target.closest(".cell-pencil")?.closest("td") ?? event.target.closest(".inline-pencil")?.previousElementSibling;
    if (!cell) return;
    event.preventDefault();
    event.stopPropagation();
    cell.querySelector(".cell-pencil")?.remove();
    begin(root, cell);
  }, true);
}
