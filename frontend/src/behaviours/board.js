// Cards between columns: <div data-behaviour="board"> with [data-board-column="7"] lists of
// [data-board-card] whose data-move-url takes POST stage=7&position=2. The card moves at once; when
// the server refuses it goes back with the reason; 422 asks what is missing in a dialog.
import Sortable from "sortablejs";
import { post, word } from "../page.js";
import { reason, showHtml } from "./dialog.js";
import { toast } from "./toast.js";

function putBack({ item, from, oldIndex }) {
  from.insertBefore(item, from.children[oldIndex] ?? null);
}

async function accepted(move, field) {
  const { item, to, newDraggableIndex } = move;
  const fields = { [field]: to.dataset.boardColumn, position: newDraggableIndex };
  const answer = await post(item.dataset.moveUrl, fields, { "HX-Request": "true" });
  if (answer.status === 422) return (await showHtml(await answer.text())) !== "closed";
  if (answer.ok) return true;
  toast((await reason(answer)) || word("refused"), "error");
  return false;
}

async function moved(board, move) {
  if (move.from === move.to && !board.hasAttribute("data-board-ordered")) return putBack(move);
  move.item.classList.add("is-moving");
  let isDone = false;
  try {
    isDone = await accepted(move, board.dataset.boardField || "stage");
  } catch {
    toast(word("failed"), "error");
  }
  move.item.classList.remove("is-moving");
  if (!isDone) return putBack(move);
  const detail = { from: move.from.dataset.boardColumn, to: move.to.dataset.boardColumn };
  board.dispatchEvent(new CustomEvent("board:moved", { bubbles: true, detail }));
}

export default function board(element) {
  element.querySelectorAll("[data-board-column]").forEach((column) => {
    Sortable.create(column, {
      group: element.id || "board",
      draggable: "[data-board-card]",
      filter: "a[data-no-drag], button, input, select, summary",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      animation: 120,
      ghostClass: "card-ghost",
      scrollSensitivity: 80,
      onEnd: (move) => moved(element, move),
    });
  });
}
