// <button data-behaviour="copy" data-copy="text">: puts the text on the clipboard.
import { word } from "../page.js";
import { toast } from "./toast.js";

function byHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export default function copy(element) {
  element.addEventListener("click", async (event) => {
    event.preventDefault();
    const source = document.querySelector(element.dataset.copyFrom || null);
    const text = element.dataset.copy ?? source?.value ?? source?.textContent ?? element.href ?? "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      byHand(text); // the clipboard is closed to pages that came over plain http
    }
    toast(word("copied"), "success");
  });
}
