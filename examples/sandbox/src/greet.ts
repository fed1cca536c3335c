import { launch, type RunnerFunction } from "@go-plugin/host";
import { greeterPlugins, loggerService } from "../../greeter-logger/src/shared.js";

export interface Greeting {
  readonly greeting: string;
  /** What the plugin has logged through its host. */
  readonly messages: readonly string[];
  /** Where the host reaches the plugin. */
  readonly address: string;
}

/** Has the plugin of examples/greeter-logger greet, under a runner. */
export async function greet(name: string, command: string, runner: RunnerFunction): Promise<Greeting> {
  await using plugin = await launch(greeterPlugins, { command, runner });
  const greeter = await plugin.dispense("greeter");
  const messages: string[] = [];
  await using logger = plugin.broker.serve(loggerService, {
    log({ message }) {
      messages.push(message);
      return {};
    },
  });
  const { greeting } = await greeter.greet({ name, loggerId: logger.id });
  return { greeting, messages, address: plugin.reattachConfig().address };
}
