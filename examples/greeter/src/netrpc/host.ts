import { launch } from "@go-plugin/host";
import { greeterPlugins } from "./shared.js";

async function main(): Promise<void> {
  // Runs the plugin beside this file, or the given one.
  const given = process.argv.slice(2);
  const [command = "node", ...args] = given.length > 0 ? given : ["node", "dist/netrpc/plugin.js"];
  await using plugin = await launch(greeterPlugins, { command, args });
  const greeter = await plugin.dispense("greeter");
  console.log(await greeter.greet("Alice"));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
