import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { launch, PluginError, type ReattachConfig, reattach } from "@go-plugin/host";
import { counterPlugins } from "./shared.js";

/** Reattaches to the plugin that the last host left running, or starts a new one. */
async function findOrStart(file: string, command: string, args: readonly string[]) {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) {
    try {
      const config: ReattachConfig = JSON.parse(text);
      return { how: "taken over", plugin: await reattach(counterPlugins, config) };
    } catch (error) {
      // The plugin has ended, or its pid belongs to another program now.
      if (!(error instanceof PluginError)) throw error;
      console.error(`cannot take the plugin over: ${error.message}`);
    }
  }
  return { how: "started", plugin: await launch(counterPlugins, { command, args }) };
}

async function main(): Promise<void> {
  // Usage: host [--last] <file> [plugin]. The file says where the plugin is, for the next host. With --last the plugin is ended.
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
    // The next host reads the old file or the new one, never a part of it.
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
