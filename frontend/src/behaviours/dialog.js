// Dialogs: forms inside are sent in place; 422 keeps the dialog open with the form and its errors,
// success closes it.
import { icon, node, post, word } from "../page.js";
import { mount } from "../mount.js";
import { toast } from "./toast.js";

// Resolves with "done" when a form inside was accepted, "left" when that leads to another page, else "closed".
export function show(...content) {
  const close = node("button", { type: "button", class: "dialog-x", "aria-label": word("close"), "data-dialog-close": "" }, icon("x"));
  const body = node("div", { class: "dialog-body" }, ...content);
  const dialog = node("dialog", { class: "dialog" }, close, body);
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close("closed");
    }
  });
  dialog.addEventListener("submit", (event) => submit(event, dialog, body));
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || "closed");
    });
  });
}

export function showHtml(html) {
  const content = new DOMParser().parseFromString(html, "text/html");
  const form = content.querySelector("[data-dialog-form]");
  const shown = show(...(form ? [form] : content.body.childNodes));
  const opened = document.querySelector("dialog[open]:last-of-type");
  mount(opened);
  window.htmx?.process(opened);
  return shown;
}

async function submit(event, dialog, body) {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  const answer = await post(form.action, new FormData(form, event.submitter), { "HX-Request": "true" });
  if (answer.status === 422) {
    body.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    mount(body);
    window.htmx?.process(body);
  } else if (answer.ok) {
    const target = answer.headers.get("HX-Redirect") ?? (answer.redirected ? answer.url : "");
    if (target) location.assign(target);
    dialog.close(target ? "left" : "done");
  } else toast((await reason(answer)) || word("failed"), "error");
}

export async function reason(answer) {
  if (!answer.headers.get("Content-Type")?.startsWith("text/plain")) return "";
  return (await answer.text()).slice(0, 300);
}
