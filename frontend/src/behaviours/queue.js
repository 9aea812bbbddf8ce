// A queue to be emptied: <div data-behaviour="queue"> keeps the cursor where the hand was, also when the list is drawn
// anew or the page comes back after something was done.
const KEY = "queue-at";

function rows(element) {
  return [...element.querySelectorAll("[data-href]")];
}

function restore(element) {
  const all = rows(element);
  if (!all.length || element.querySelector(".row-current")) return;
  const { id, at } = JSON.parse(sessionStorage.getItem(KEY) ?? '{"at":0}');
  const row = all.find((each) => each.id === id) ?? all[Math.min(at, all.length - 1)];
  row.classList.add("row-current");
}

export default function queue(element) {
  const watch = new MutationObserver(() => {
    const all = rows(element);
    const current = element.querySelector(".row-current");
    if (current) sessionStorage.setItem(KEY, JSON.stringify({ id: current.id, at: all.indexOf(current) }));
    else restore(element);
  });
  if (matchMedia("(hover: hover)").matches) restore(element);
  watch.observe(element, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
}
