// Keeps "5 minutes ago" true while the page stays open.
const UNITS = [
  ["year", 365 * 86400],
  ["month", 30 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const shown = new Set();
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });

function refresh(element) {
  const seconds = (new Date(element.dateTime) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? [];
  if (unit) element.textContent = words.format(Math.trunc(seconds / size), unit);
}

setInterval(() => {
  for (const element of shown) {
    if (element.isConnected) refresh(element);
    else shown.delete(element);
  }
}, 30000);

export default function timeago(element) {
  shown.add(element);
}
