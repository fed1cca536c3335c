// Runs the tests that start processes with another runtime as host, as plugin or as both:
// `npm run test:runtime -- bun plugin`. What differs there is in docs/runtimes.md.
import { writeFileSync } from "node:fs";
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

/** Tests that start programs in TypeScript, and those of them whose own process is the host. */
const hostInterop = [
  "broker/",
  "handshake/",
  "host/",
  "lifecycle/",
  "netrpc/",
  "plugin/hashicorp",
  "reattach/",
  "tls/",
];
const interop = [...hostInterop, "plugin/"];

/**
 * Tests that cannot pass on a runtime, found by words of their titles, with the reason. docs/runtimes.md lists them
 * too.
 */
const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bun: {
    "raw bytes to an id, and back, and an end: TypeScript plugin, multiplexed with AutoMTLS":
      "Bun closes TLS over a stream both ways when the other side ends its own",
  },
  deno: {
    "what goes around process.stdout": "Deno has no dup(), and numbers files by itself",
    "is not garbled by what goes around process.stdout": "Deno has no dup(), and numbers files by itself",
    "closed stdout": "a fixture closes descriptor 1, which Deno does not do",
    "end of stdout": "the same",
    "that ends by throw": 'Deno ends a host that throws without the event "exit", in which sockets are removed',
    "raw bytes to an id, and back, and an end: TypeScript plugin, .* with AutoMTLS":
      "Deno writes no more to a TLS connection that the other side has ended",
    "in the middle of a stream": "a fixture ends itself by SIGSEGV, which Deno catches",
  },
};

const [runtime, role, ...filters] = process.argv.slice(2);
if ((runtime !== "bun" && runtime !== "deno") || !["host", "plugin", "both"].includes(role ?? "")) {
  throw new Error("expected bun or deno, then host, plugin or both");
}
const command = otherRuntime(runtime);
// Bun would take the sources for the built packages: it follows the paths of the nearest tsconfig.json.
const noPaths = `${root}.build/no-paths.json`;
writeFileSync(noPaths, "{}\n");
const other = runtime === "deno" ? [command, "run", "--allow-all"] : [command, `--tsconfig-override=${noPaths}`];
const hostIsOther = role !== "plugin";
const [program, ...programArgs] = hostIsOther ? (runtime === "bun" ? [command, "--bun"] : other) : [process.execPath];
const inInterop = (names: readonly string[]) => names.map((name) => `interop/${name}`);
const pluginTests = [
  "test/fault/",
  ...inInterop(interop),
  ...(runtime === "bun" ? ["examples/greeter/packaged-bun"] : []),
];
const tests = filters.length > 0 ? filters : hostIsOther ? [...hostTests, ...inInterop(hostInterop)] : pluginTests;
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
