import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { launch, PluginError, type ReattachConfig, reattach } from "@go-plugin/host";
import { counterPlugins } from "./shared.js";

/** The plugin that the last host left running, or else a new one. */
async function findOrStart(file: string, command: string, args: readonly string[]) {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) {
    try {
      const config: ReattachConfig = JSON.parse(text);
      return { how: "taken over", plugin: await reattach(counterPlugins, config) };
    } catch (error) {
      // It ended meanwhile, or its pid belongs to a stranger now.
      if (!(error instanceof PluginError)) throw error;
      console.error(`cannot take the plugin over: ${error.message}`);
    }
  }
  return { how: "started", plugin: await launch(counterPlugins, { command, args }) };
}

async function main(): Promise<void> {
  // host [--last] <file> [plugin]: the file tells the next host where the plugin is; the last host ends the plugin.
  const { values, positionals } = parseArgs({
    options: { last: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [file = "plugin.json", command = "dist/plugin.js", ...args] = positionals;
  const { how, plugin } = await findOrStart(file, command, args);
  try {
    const counter = await plugin.dispense("counter");
    const { total } = await counter.add({ amount: 1 });
    console.log(`plugin ${plugin.pid} ${how}, total ${total}`);
    if (values.last) {
      await rm(file, { force: true });
      return;
    }
    // The next host sees the old file or the new one, never half of one.
    await writeFile(`${file}.new`, JSON.stringify(plugin.reattachConfig()), { mode: 0o600 });
    await rename(`${file}.new`, file);
    plugin.detach();
  } finally {
    await plugin.close(); // does nothing to a plugin that was detached
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
