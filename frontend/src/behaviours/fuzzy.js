// How well letters typed in order fit a title; null when they do not. Starts of words count more.
export function score(typed, title) {
  const letters = typed.toLowerCase();
  const text = title.toLowerCase();
  const whole = text.indexOf(letters);
  if (whole >= 0) return 100 - whole + (whole === 0 || text[whole - 1] === " " ? 50 : 0);
  let at = -1;
  let points = 0;
  for (const letter of letters.replace(/\s/g, "")) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    points += next === at + 1 ? 3 : text[next - 1] === " " ? 2 : 0;
    at = next;
  }
  return points - text.length / 100;
}

export function best(typed, items) {
  if (!typed) return items;
  const scored = items.map((item) => [score(typed, item.title), item]);
  return scored
    .filter(([points]) => points !== null)
    .sort(([a], [b]) => b - a)
    .map(([, item]) => item);
}
