// The host of HashiCorp's examples/grpc: KV_PLUGIN=<command> node dist/host.js put <key> <value> | get <key>
import { launch } from "@go-plugin/host";
import { kvPlugins } from "./shared.js";

async function main(): Promise<void> {
  const [verb, key = "", value = ""] = process.argv.slice(2);
  await using plugin = await launch(kvPlugins, { command: "sh", args: ["-c", process.env.KV_PLUGIN ?? ""] });
  const kv = await plugin.dispense("kv_grpc");

  if (verb === "put") await kv.put({ key, value: Buffer.from(value) });
  else if (verb === "get") console.log(Buffer.from((await kv.get({ key })).value).toString());
  else throw new Error(`please only use 'get' or 'put', given: "${verb}"`);
}

main().catch((error: unknown) => {
  console.log(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
