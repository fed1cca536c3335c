// host.js <how> <options>: launches KV, prints its reattach configuration as JSON, and then
//   stay     stays, connected
//   hang-up  stays, without a connection
//   detach   ends
import { launch } from "@go-plugin/host";
import { silentLogger } from "@go-plugin/proto";
import { kvPlugins } from "../../examples/kv/src/shared.js";

const [how, options] = process.argv.slice(2) as [string, string];
const plugin = await launch(kvPlugins, { logger: silentLogger, ...JSON.parse(options) });
if (how !== "stay") plugin.detach();
process.stdout.write(`${JSON.stringify(plugin.reattachConfig({ includeKeys: true }))}\n`);
if (how !== "detach") setInterval(() => {}, 1_000);
