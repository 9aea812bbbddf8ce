// Words of the telephone, in the reader's language, as the page brought them.
let words;

export function say(key) {
  words ??= JSON.parse(document.getElementById("phone-words")?.textContent ?? "{}");
  return words[key] ?? key;
}

export function has(key) {
  return say(key) !== key;
}
