// The board by keys: arrows (and j, k) walk the cards, Enter opens, d completes or plans, m moves to another stage.
import { isTyping } from "../page.js";

const STEPS = { ArrowDown: [0, 1], ArrowUp: [0, -1], KeyJ: [0, 1], KeyK: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

function columnsOf(board) {
  const columns = [...board.querySelectorAll(".column:not(.is-folded)")].map((each) => [...each.querySelectorAll("[data-board-card]")]);
  return columns.filter((cards) => cards.length);
}

function choose(card) {
  document.querySelector(".row-current")?.classList.remove("row-current");
  card.classList.add("row-current");
  card.dataset.href = card.querySelector("a").getAttribute("href");
  card.querySelector(".due")?.setAttribute("data-row-key", "KeyD");
  card.querySelector(".deal-card-move")?.setAttribute("data-row-key", "KeyM");
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export default function boardkeys(board) {
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.code];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const columns = columnsOf(board);
    if (!columns.length) return;
    const current = board.querySelector(".row-current");
    let across = columns.findIndex((cards) => cards.includes(current));
    let down = across < 0 ? 0 : columns[across].indexOf(current) + step[1];
    across = Math.max(0, Math.min(columns.length - 1, across < 0 ? 0 : across + step[0]));
    down = Math.max(0, Math.min(columns[across].length - 1, down));
    choose(columns[across][down]);
    event.preventDefault();
  });
}
