// Folds the navigation to icons; the server remembers by cookie, so the next page does not jump.
export default function sidebar(button) {
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const narrow = root.dataset.sidebar !== "narrow";
    if (narrow) root.dataset.sidebar = "narrow";
    else delete root.dataset.sidebar;
    document.cookie = `sidebar=${narrow ? "narrow" : "wide"};path=/;max-age=31536000;samesite=lax`;
    dispatchEvent(new Event("resize"));
  });
}
