// Changes the theme at once and tells the server in the background.
import { post } from "../page.js";

export default function theme(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = event.submitter.value;
    const root = document.documentElement;
    root.dataset.theme = chosen;
    const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
    document.cookie = `scheme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax`;
    form.querySelectorAll("button").forEach((each) => each.classList.toggle("active", each === event.submitter));
    form.closest("details").open = false;
    document.dispatchEvent(new Event("theme"));
    post(form.action, { theme: chosen }, { Accept: "application/json" });
  });
}
