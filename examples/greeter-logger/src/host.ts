import { parseArgs } from "node:util";
import { launch } from "@go-plugin/host";
import { greeterPlugins, loggerService } from "./shared.js";

async function main(): Promise<void> {
  // Usage: host [--multiplex] [--auto-mtls] [plugin]. Without an argument it runs the plugin beside this file.
  const { values, positionals } = parseArgs({
    options: { multiplex: { type: "boolean", default: false }, "auto-mtls": { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [command = "node", ...args] = positionals.length > 0 ? positionals : ["node", "dist/plugin.js"];
  const { multiplex, "auto-mtls": autoMtls } = values;
  await using plugin = await launch(greeterPlugins, { command, args, multiplex, autoMtls });
  const greeter = await plugin.dispense("greeter");

  for (const name of ["Ada", "Grace"]) {
    // An id is valid for one connection.
    await using logger = plugin.broker.serve(loggerService, {
      log({ message }) {
        console.log(`plugin: ${message}`);
        return {};
      },
    });
    const { greeting } = await greeter.greet({ name, loggerId: logger.id });
    console.log(greeting);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
