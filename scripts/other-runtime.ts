// Runs the tests that start processes with another runtime as host, as plugin or as both:
// `npm run test:runtime -- bun plugin`. What differs there is in docs/runtimes.md.
import { delimiter, dirname, join } from "node:path";
import { otherRuntime, run } from "./processes.js";
import { root } from "./requirements.mjs";

const vitest = `${root}node_modules/vitest/vitest.mjs`;
/**
 * Tests whose own process is the host; the others look at plugins from outside. "broker-ids" is not one of them: it
 * depends on V8's garbage collector.
 */
const hostTests = [
  ...["checksum", "command", "end", "handshake", "host-ends", "output", "reattach", "runner", "secrets"],
  ...["start", "start-and-stop", "stderr", "supervise"],
].map((name) => `test/fault/${name}.test.ts`);

/** Tests that start programs in TypeScript. */
const interop = ["broker", "handshake", "host", "lifecycle", "netrpc", "plugin", "reattach", "tls"].map(
  (name) => `interop/${name}/`,
);

/**
 * Tests that cannot pass on a runtime, found by words of their titles, with the reason. docs/runtimes.md lists them
 * too.
 */
const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bun: {},
  deno: {
    "what goes around process.stdout": "Deno has no dup(), and numbers files by itself",
    "is not garbled by what goes around process.stdout": "Deno has no dup(), and numbers files by itself",
    "end of stdout": "a fixture closes descriptor 1, which Deno does not do",
    "that ends by throw": 'Deno ends a host that throws without the event "exit", in which sockets are removed',
    "in the middle of a stream": "a fixture ends itself by SIGSEGV, which Deno catches",
  },
};

const [runtime, role, ...filters] = process.argv.slice(2);
if ((runtime !== "bun" && runtime !== "deno") || !["host", "plugin", "both"].includes(role ?? "")) {
  throw new Error("expected bun or deno, then host, plugin or both");
}
const command = otherRuntime(runtime);
const other = runtime === "deno" ? [command, "run", "--allow-all"] : [command];
const hostIsOther = role !== "plugin";
const [program, ...programArgs] = hostIsOther ? (runtime === "bun" ? [command, "--bun"] : other) : [process.execPath];
const pluginTests = ["test/fault/", ...interop, ...(runtime === "bun" ? ["examples/greeter/packaged-bun"] : [])];
const tests = filters.length > 0 ? filters : hostIsOther ? [...hostTests, ...interop] : pluginTests;
const withoutDifferences = `^(?!.*(${["\\0", ...Object.keys(differences[runtime]!)].join("|")}))`;
run(
  `fault and interop tests with ${runtime} as ${role}`,
  program!,
  [
    ...programArgs,
    vitest,
    "run",
    "--project",
    "fault",
    "--project",
    "interop",
    "--project",
    "examples",
    ...tests,
    "-t",
    withoutDifferences,
  ],
  {
    env: {
      ...process.env,
      PATH: `${dirname(command)}${delimiter}${join(command, "../../../.bin")}${delimiter}${process.env.PATH}`,
      TEST_PLUGIN_RUNTIME: (role === "host" ? [process.execPath] : other).join(" "),
      TEST_HOST_RUNTIME: (hostIsOther ? other : [process.execPath]).join(" "),
    },
  },
);
