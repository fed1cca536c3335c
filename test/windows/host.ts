// host.js <how> <options>: launches KV, prints its pid and its reattach configuration as JSON, and ends or stays.
import { launch } from "@go-plugin/host";
import { silentLogger } from "@go-plugin/proto";
import { kvPlugins } from "../../examples/kv/src/shared.js";

const [how, options] = process.argv.slice(2) as [string, string];
const plugin = await launch(kvPlugins, { logger: silentLogger, ...JSON.parse(options) });
process.stdout.write(`${JSON.stringify(plugin.reattachConfig({ includeKeys: true }))}\n`);
if (how === "detach") plugin.detach();
else setInterval(() => {}, 1_000);
