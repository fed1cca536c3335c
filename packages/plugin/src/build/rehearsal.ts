// Runs a bundle as a plugin, and writes V8's code cache of it at exit: rehearsal.js <source> <cache> <name>.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runBundle } from "./run-bundle.js";

const [source, cache, name] = process.argv.slice(2) as [string, string, string];
(globalThis as Record<symbol, unknown>)[Symbol.for("@go-plugin/plugin/rehearsal")] = true;

let script: ReturnType<typeof runBundle> | undefined;
process.on("exit", () => {
  if (script) writeFileSync(cache, script.createCachedData());
});
const require = createRequire(source);
script = runBundle(require, require, source, readFileSync(source, "latin1"), undefined, name);
