import { launch } from "@go-plugin/host";
import { greeterPlugins } from "./shared.ts";

const [command, ...args] = process.argv.slice(2);
const plugin = await launch(greeterPlugins, { command: command!, args });
try {
  const greeter = await plugin.dispense("greeter");
  console.log(await greeter.greet("you"));
} finally {
  await plugin.close();
}
