// <time data-behaviour="countdown" datetime="...">: seconds left until a moment, until there are none.
export default function countdown(element) {
  const show = () => {
    if (!element.isConnected) return clearInterval(timer);
    const left = Math.max(0, Math.ceil((new Date(element.dateTime) - Date.now()) / 1000));
    element.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
  };
  const timer = setInterval(show, 500);
  show();
}
