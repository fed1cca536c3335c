// `npm run demo`: TypeScript programs and HashiCorp's own Go programs as host and plugin of each other. It checks what
// it shows.
import { run, runScript } from "../processes.js";
import { findGo, root } from "../requirements.mjs";
import { pairs } from "./pairs.js";
import { show, showLeftOut } from "./show.js";

const { missing, version } = findGo();
runScript("build");
const shown = pairs.filter(({ needsGo }) => !needsGo || !missing);
for (const { what, go, command } of shown.flatMap(({ host, plugin }) => [host, plugin])) {
  if (!go || process.env.PROGRAMS_ARE_BUILT) continue;
  run(`go build ${what}`, "go", ["build", "-o", command[0], go.path], { quiet: true, cwd: root + go.module });
}
try {
  for (const [index, pair] of shown.entries()) show(pair, index + 1);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
if (missing) {
  const leftOut = pairs.filter(({ needsGo }) => needsGo);
  showLeftOut(leftOut, missing);
}
process.stdout.write(`\nAll that is shown was checked. Node ${process.version}${missing ? "" : `, ${version}`}.\n`);
process.stdout.write(`
What next?

   docs/getting-started.md     your own host and plugin
   docs/existing-products.md   a plugin for Terraform, Vault, Nomad, Grafana and others
   examples/README.md          what was shown here, and more
`);
