// Compiles a bundle without running it, and writes V8's code cache: compilation.js <source> <cache> <name>.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { runBundle } from "./run-bundle.js";

const [source, cache, name] = process.argv.slice(2) as [string, string, string];
const require = createRequire(source);

class CompiledScript extends Script {
  override runInThisContext() {
    return () => {};
  }
}

setFlagsFromString("--no-lazy");
const builtin = (id: string): unknown => (id === "node:vm" ? { Script: CompiledScript } : require(id));
const script = runBundle(builtin, require, source, readFileSync(source, "latin1"), undefined, name);
// V8 accepts a cache only under the flags that it was written under.
setFlagsFromString("--lazy");
writeFileSync(cache, script.createCachedData());
