import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { icons } from "./plugins/icons.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [icons({ tree: here("../perezvon"), list: here("./icons.txt") })],
  build: {
    outDir: here("../perezvon/web/static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rollupOptions: {
      checks: { eval: false }, // htmx has one; it is switched off (allowEval) and the page's policy forbids it
      input: { app: here("./src/app.js"), phone: here("./src/phone.js"), scheme: here("./src/scheme.js") },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
