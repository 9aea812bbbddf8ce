// A list that is refreshed by live facts waits while somebody is choosing rows or changing a cell in it.
export default function steady(element) {
  element.addEventListener("htmx:beforeRequest", (event) => {
    const isBusy = element.querySelector(".cell-pick input:checked, .inline-form, details.group[open]");
    if (event.target === element && isBusy) event.preventDefault();
  });
}
