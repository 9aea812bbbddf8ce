// Rows that open: <table data-behaviour="rows"> with <tr data-href="…">; the row's own link works without script.
export function open(row, event) {
  if (event?.ctrlKey || event?.metaKey || event?.button === 1) window.open(row.dataset.href, "_blank");
  else location.assign(row.dataset.href);
}

export default function rows(table) {
  const clicked = (event) => {
    const row = event.target.closest("[data-href]");
    if (!row || event.target.closest("a, button, input, select, label, summary, form")) return;
    if (String(getSelection())) return; // somebody is copying a number
    open(row, event);
  };
  table.addEventListener("click", clicked);
  table.addEventListener("auxclick", (event) => event.button === 1 && clicked(event));
}
