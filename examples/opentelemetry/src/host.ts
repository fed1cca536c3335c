import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { greetAll } from "./greet.js";
import { SpanLines } from "./span-lines.js";

async function main(): Promise<void> {
  // Runs the plugin beside this file, or the given one.
  const [command = "node", ...args] = process.argv.length > 2 ? process.argv.slice(2) : ["node", "dist/plugin.js"];
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new SpanLines())] }).register();
  const lines = await greetAll(["Ada", "Grace"], { command, args, stdout: process.stdout });
  for (const line of lines) console.log(line);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
