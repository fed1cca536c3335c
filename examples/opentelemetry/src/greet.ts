import { type LaunchOptions, launch } from "@go-plugin/host";
import { trace } from "@opentelemetry/api";
import { greeterPlugins, loggerService } from "./shared.js";
import { traceCalls } from "./telemetry.js";

/** Calls the plugin for each name, in one trace. */
export async function greetAll(names: readonly string[], options: LaunchOptions): Promise<string[]> {
  const traced = traceCalls();
  await using plugin = await launch(greeterPlugins, { ...options, interceptors: [traced.client] });
  const greeter = await plugin.dispense("greeter");
  return await trace.getTracer("host").startActiveSpan("greet all", async (span) => {
    const lines: string[] = [];
    try {
      for (const name of names) {
        const log = ({ message }: { message: string }) => {
          lines.push(`plugin: ${message}`);
          return {};
        };
        await using logger = plugin.broker.serve(loggerService, { log }, { interceptors: [traced.server] });
        const { greeting } = await greeter.greet({ name, loggerId: logger.id });
        lines.push(greeting);
      }
      for await (const { left } of greeter.countDown({ from: 3 })) {
        lines.push(String(left));
        if (left === 2) break;
      }
      return lines;
    } finally {
      span.end();
    }
  });
}
