// Runs before the page is painted: "as the system" needs to know what the system has.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  if (root.dataset.theme !== "auto") return;
  // An error page is drawn without the request, so the choice is read here as well.
  const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  root.dataset.bsTheme = chosen ?? (dark.matches ? "dark" : "light");
  document.cookie = `scheme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax`;
}

root.classList.add("has-script");
follow();
dark.addEventListener("change", follow);
