import { launch } from "@go-plugin/host";
import { greeterPlugins } from "./shared.js";

async function main(): Promise<void> {
  // Runs the plugin beside this file, or the given one: any program that serves Greeter, in any language.
  const [command = "node", ...args] = process.argv.length > 2 ? process.argv.slice(2) : ["node", "dist/plugin.js"];
  await using plugin = await launch(greeterPlugins, { command, args, stdout: process.stderr });
  const greeter = await plugin.dispense("greeter");

  const { greeting } = await greeter.greet({ name: "Ada" });
  console.log(greeting);

  for await (const { left } of greeter.countDown({ from: 3 })) console.log(left);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
