// Asks before a form or an htmx request with a question goes out: data-confirm, hx-confirm.
import { node, word } from "../page.js";
import { show } from "./dialog.js";

async function agreed(question) {
  const yes = node("button", { class: "btn btn-danger", value: "done" }, word("yes"));
  const no = node("button", { class: "btn", value: "closed" }, word("cancel"));
  const form = node("form", { method: "dialog", class: "dialog-buttons" }, no, yes);
  return (await show(node("p", { class: "dialog-question" }, question || word("confirm")), form)) === "done";
}

document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    const asked = submitter?.dataset.confirm ?? form.dataset.confirm;
    if (asked === undefined || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await agreed(asked))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await agreed(event.detail.question)) event.detail.issueRequest(true);
});
