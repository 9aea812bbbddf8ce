// One sheet of the icons that the product names: {% icon "x" %} and {% empty "x" %} in templates,
// icon="x" in Python, every known name in a plugs.py or on a line that speaks of icons, and icons.txt.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DRAWINGS = new URL("../node_modules/@tabler/icons/tabler-nodes-outline.json", import.meta.url);
const NAMED = /(?:\{%\s*(?:icon|empty)\s+|\bicon=)["']([a-z0-9-]+)["']/g;
const SKIPPED = new Set(["static", "node_modules", "migrations", "locale", "__pycache__", "tests"]);

export function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* files(join(folder, entry.name));
    else if (/\.(html|py)$/.test(entry.name)) yield join(folder, entry.name);
  }
}

export function namesIn(text) {
  return [...text.matchAll(NAMED)].map((match) => match[1]);
}

// Words in quotes that may be icons; those that are not drawn anywhere are left out by the caller.
export function guessesIn(path, text) {
  const lines = path.endsWith("plugs.py") ? [text] : text.split("\n").filter((line) => /icon|Hit\(/i.test(line));
  return lines.flatMap((line) => [...line.matchAll(/["']([a-z0-9-]+)["']/g)].map((match) => match[1]));
}

function listed(path) {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.map((line) => line.split("#")[0].trim()).filter(Boolean);
}

// A name that Tabler does not know is drawn as a question mark and marked, so that a test finds it.
export function symbol(name, nodes, isMissing = false) {
  const shapes = nodes.map(([tag, attributes]) => {
    const written = Object.entries(attributes).map(([key, value]) => `${key}="${value}"`);
    return `<${tag} ${written.join(" ")}/>`;
  });
  return (
    `<symbol id="${name}"${isMissing ? ' data-missing="1"' : ""} viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shapes.join("")}</symbol>`
  );
}

export function icons({ tree, list }) {
  return {
    name: "perezvon-icons",
    apply: "build",
    generateBundle() {
      const known = JSON.parse(readFileSync(DRAWINGS, "utf8"));
      const names = new Set(listed(list));
      for (const path of files(tree)) {
        const text = readFileSync(path, "utf8");
        namesIn(text).forEach((name) => names.add(name));
        guessesIn(path, text).filter((name) => known[name]).forEach((name) => names.add(name));
      }
      const missing = [...names].filter((name) => !known[name]).sort();
      if (missing.length) this.warn(`no such icons: ${missing.join(", ")}`);
      const drawn = [...names].sort().map((name) => symbol(name, known[name] ?? known["help"], !known[name]));
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${drawn.join("")}</svg>`;
      this.emitFile({ type: "asset", name: "sprite.svg", originalFileName: "sprite.svg", source });
    },
  };
}
