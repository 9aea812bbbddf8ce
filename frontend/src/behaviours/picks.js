// Boxes before rows: how many are chosen, all of the page at once, a range with Shift; the bar under the list sends
// them and shows the answer in a dialog.
import { post, word } from "../page.js";
import { reason, showHtml } from "./dialog.js";
import { toast } from "./toast.js";

export default function picks(table) {
  const boxes = () => [...table.querySelectorAll(".cell-pick input[name=id]")];
  const all = table.querySelector("[data-pick-all]");
  const bar = document.getElementById("bulk");
  let last = null;
  const told = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    bar?.classList.toggle("is-open", chosen > 0);
    const count = bar?.querySelector("[data-picked]");
    if (count) count.textContent = word("picked").replace("{count}", chosen);
    if (all) Object.assign(all, { checked: chosen > 0 && chosen === boxes().length, indeterminate: chosen > 0 && chosen < boxes().length });
  };
  table.addEventListener("click", (event) => {
    const box = event.target.closest(".cell-pick input[name=id]");
    if (!box) return;
    const list = boxes();
    if (event.shiftKey && last) {
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      list.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    }
    last = box;
    told();
  });
  all?.addEventListener("change", () => (boxes().forEach((box) => (box.checked = all.checked)), told()));
  document.addEventListener("keydown", (event) => {
    const row = document.querySelector(".row-current");
    if (event.code !== "KeyX" || event.ctrlKey || event.metaKey || event.target !== document.body || !row) return;
    const box = row.querySelector(".cell-pick input");
    if (box) box.click();
  });
  bar?.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("data-straight")) return;
    event.preventDefault();
    const answer = await post(bar.action, new FormData(bar, event.submitter), { "HX-Request": "true" });
    if (answer.ok) showHtml(await answer.text());
    else toast((await reason(answer)) || word("failed"), "error");
  });
  told();
}
