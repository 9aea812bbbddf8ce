// What the server tells the scripts of a page.
let words;

export function word(key) {
  words ??= JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  return words[key] ?? key;
}

export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

export function icon(name, classes = "") {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon ${classes}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

// node("a", { href: "/", class: "x" }, "text", child): elements without HTML in strings.
export function node(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function post(url, fields = {}, headers = {}, more = {}) {
  return fetch(url, {
    ...more,
    method: "POST",
    headers: { "X-CSRFToken": token(), ...headers },
    body: fields instanceof FormData ? fields : new URLSearchParams(fields),
  });
}
