import "./styles/app.css";
import "@tabler/core/js/src/bootstrap/collapse.ts";
import "@tabler/core/js/src/bootstrap/dropdown.ts";
import "@tabler/core/js/src/bootstrap/modal.ts";
import "@tabler/core/js/src/bootstrap/offcanvas.ts";
import "@tabler/core/js/src/bootstrap/tab.ts";
import htmx from "htmx.org";
import { mount } from "./mount.js";
import { toast } from "./behaviours/toast.js";
import { token, word } from "./page.js";
import "./behaviours/confirm.js";
import "./behaviours/opener.js";

document.documentElement.classList.add("has-script");
window.htmx = htmx;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:load", ({ detail }) => mount(detail.elt));
for (const name of ["htmx:sendError", "htmx:timeout", "allauth.error"]) {
  document.addEventListener(name, () => toast(word("failed"), "error"));
}
document.addEventListener("htmx:responseError", ({ detail }) => {
  const text = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") && detail.xhr.responseText;
  toast(text || word("failed"), "error");
});
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.tone));

mount(document.body);
