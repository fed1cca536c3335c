// Measures one plugin: host [flags] plugin [arguments]. It reads commands from stdin and answers each with one line:
// {"row":"unary","count":1000,"size":32} with {"p50":…,"p99":…}.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { connect, type Settings } from "./connect.js";
import { measureLaunch } from "./launch.js";
import type { Command, Result } from "./measure.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    protocol: { type: "string", default: "grpc" },
    mtls: { type: "boolean", default: false },
    multiplex: { type: "boolean", default: false },
    /** Calls go over grpc-js's own channel. */
    "grpc-js": { type: "boolean", default: false },
  },
});
const settings: Settings = {
  command: positionals[0]!,
  args: positionals.slice(1),
  protocol: values.protocol === "netrpc" ? "netrpc" : "grpc",
  autoMtls: values.mtls,
  multiplex: values.multiplex,
  stock: values["grpc-js"],
};

let connected: ReturnType<typeof connect> | undefined;
for await (const line of createInterface(process.stdin)) {
  const command = JSON.parse(line) as Command;
  process.stdout.write(`${JSON.stringify(await run(command))}\n`);
}
await (await connected)?.close();

async function run(command: Command): Promise<Result> {
  if (command.row === "launch") return measureLaunch(settings, command.count);
  connected ??= connect(settings);
  return (await connected).measure(command);
}
