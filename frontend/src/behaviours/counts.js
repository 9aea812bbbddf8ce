// Numbers on the badges of the navigation: remembered for the next page, kept fresh by live facts.
const PAUSE = 3000;
const KEPT = "counts";

function show(counts) {
  document.querySelectorAll("[data-count]").forEach((badge) => {
    const number = counts[badge.dataset.count] ?? 0;
    badge.hidden = !number;
    badge.textContent = number > 999 ? "999+" : number;
  });
}

export default function counts(element) {
  const address = element.dataset.counts;
  if (!address || !element.querySelector("[data-count]")) return;
  let waiting = null;
  show(JSON.parse(sessionStorage.getItem(KEPT) ?? "{}"));
  const refresh = async () => {
    waiting = null;
    try {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return;
      const fresh = await answer.json();
      sessionStorage.setItem(KEPT, JSON.stringify(fresh));
      show(fresh);
    } catch {
      // The next live fact asks again.
    }
  };
  const soon = () => (waiting ??= setTimeout(refresh, PAUSE));
  refresh();
  document.body.addEventListener("live:any", soon);
}
