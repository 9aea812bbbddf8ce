// One cell being changed in place: Enter or leaving the field saves, Escape leaves it as it was.
import { node, post, word } from "./page.js";
import { mount } from "./mount.js";
import { reason, showHtml } from "./behaviours/dialog.js";
import { toast } from "./behaviours/toast.js";

const HX = { "HX-Request": "true" };
const addressOf = (root, cell) => cell.dataset.editUrl ?? new URL(`../${cell.closest("[data-row]").dataset.row}/${cell.dataset.edit}/`, new URL(root.dataset.inline, location.href)).pathname;

export async function begin(root, cell) {
  if (cell.querySelector(".inline-form")) return;
  const was = [...cell.childNodes];
  const answer = await fetch(addressOf(root, cell), { headers: HX });
  if (!answer.ok) return toast(word("failed"), "error");
  show(root, cell, await answer.text(), was);
}

function show(root, cell, html, was) {
  cell.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  const form = cell.querySelector("form");
  const field = form.elements.value ?? form;
  const written = () => new URLSearchParams(new FormData(form)).toString();
  const start = written();
  let isOver = false;
  const back = () => ((isOver = true), cell.replaceChildren(...was));
  const save = () => isOver || (written() === start ? back() : ((isOver = true), send(root, cell, form, was)));
  form.addEventListener("submit", (event) => (event.preventDefault(), save()));
  form.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), back()));
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || save());
  if (field.tagName === "SELECT" && !field.multiple) field.addEventListener("change", save);
  (field.focus ? field : field[0]).focus();
  field.select?.();
}

async function send(root, cell, form, was) {
  const answer = await post(form.action, new FormData(form), HX);
  const html = await answer.text();
  if (answer.status === 422) return show(root, cell, html, was);
  if (answer.status === 409) {
    cell.replaceChildren(...was);
    await showHtml(html);
    return refresh(root, cell);
  }
  if (!answer.ok) return cell.replaceChildren(...was), toast((await reason(answer)) || word("failed"), "error");
  fill(root, cell, html);
}

async function refresh(root, cell) {
  const answer = await fetch(`${addressOf(root, cell)}?cell=1`, { headers: HX });
  if (answer.ok) fill(root, cell, await answer.text());
}

function fill(root, cell, html) {
  const link = cell.classList.contains("cell-main") && node("a", { href: cell.closest("[data-row]").dataset.href });
  const content = [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
  link ? (link.append(...content), cell.replaceChildren(link)) : cell.replaceChildren(...content);
  cell.classList.add("inline-saved");
  cell.addEventListener("animationend", () => cell.classList.remove("inline-saved"), { once: true });
  mount(cell);
}

