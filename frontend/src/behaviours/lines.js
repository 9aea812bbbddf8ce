// Lines of a sale: one more by a button, the sum under them and in the form's own field of the amount.
const NUMBER = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

function value(input) {
  return Number(input.value.replace(/[\s\u00a0\u202f₽]/g, "").replace(",", ".")) || 0;
}

function sum(element) {
  const lines = [...element.querySelectorAll("[data-line]")];
  const total = lines.reduce((all, line) => all + value(line.querySelector("[name$=quantity]")) * value(line.querySelector("[name$=price]")), 0);
  element.querySelector("[data-total]").textContent = total ? `${NUMBER.format(total)} ₽` : "";
  const amount = element.closest("form")?.elements.amount;
  if (amount) amount.readOnly = total > 0;
  if (amount && total) amount.value = total.toFixed(2);
}

function add(element) {
  const lines = element.querySelectorAll("[data-line]");
  const count = element.querySelector("[name$=TOTAL_FORMS]");
  const line = lines[lines.length - 1].cloneNode(true);
  line.querySelectorAll("[name], [id], [for]").forEach((each) => {
    for (const name of ["name", "id", "for"]) {
      if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace(/-\d+-/, `-${count.value}-`));
    }
  });
  line.querySelectorAll("input, select").forEach((input) => (input.value = input.name.endsWith("quantity") ? "1" : ""));
  lines[lines.length - 1].after(line);
  count.value = Number(count.value) + 1;
}

export default function lines(element) {
  const button = element.querySelector("[data-add]");
  button.hidden = false;
  button.addEventListener("click", () => add(element));
  element.addEventListener("input", () => sum(element));
  sum(element);
}
