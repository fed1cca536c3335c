import { launch, type RunnerFunction } from "@go-plugin/host";
import { greeterPlugins, loggerService } from "../../greeter-logger/src/shared.js";

export interface Greeting {
  readonly greeting: string;
  /** Messages that the plugin logged through its host. */
  readonly messages: readonly string[];
  /** The plugin's address, as the host sees it. */
  readonly address: string;
}

/** Runs the plugin of examples/greeter-logger under a runner and lets it greet. */
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
