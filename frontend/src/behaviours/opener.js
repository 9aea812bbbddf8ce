// A link or a button with data-dialog opens its address in a dialog; the page is read anew when a
// form inside was accepted, unless data-stay leaves that to listeners of dialog:done.
import { word } from "../page.js";
import { showHtml } from "./dialog.js";
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const answer = await fetch(opener.dataset.dialog || opener.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return toast(word("failed"), "error");
  if ((await showHtml(await answer.text())) !== "done") return;
  opener.dispatchEvent(new CustomEvent("dialog:done", { bubbles: true }));
  if (!opener.hasAttribute("data-stay")) location.reload();
});
