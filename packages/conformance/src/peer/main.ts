import { readFileSync } from "node:fs";
import { runPlugin } from "./plugin.js";

// node main.js PLAN: what the kit's scripts start.
runPlugin(JSON.parse(readFileSync(process.argv[2]!, "utf8"))).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(70);
});
