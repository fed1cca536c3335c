import { basename } from "node:path";

/**
 * The runtimes of the tests' own programs in TypeScript: `TEST_PLUGIN_RUNTIME` the plugins, `TEST_HOST_RUNTIME` the hosts
 * that are processes of their own. A command and its arguments, separated by spaces.
 *
 * @default what runs the tests
 */
export const pluginRuntime = runtime(process.env.TEST_PLUGIN_RUNTIME);
export const hostRuntime = runtime(process.env.TEST_HOST_RUNTIME);

function runtime(command: string | undefined): readonly [string, ...string[]] {
  return command ? (command.split(" ") as [string, ...string[]]) : [process.execPath];
}

/** For what can only be asked of Node. */
export const isPluginOnNode = /^node(\.exe)?$/.test(basename(pluginRuntime[0]));
