// The declarations of the packed packages, in an empty project, under the oldest TypeScript that docs/stability.md names.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../processes.js";
import { root } from "../requirements.mjs";
import { pack } from "./pack.js";

const oldest = /^\| TypeScript, for your project \| (5\.\d+) or newer/m.exec(
  readFileSync(`${root}docs/stability.md`, "utf8"),
)![1]!;
const project = mkdtempSync(join(tmpdir(), "oldest-typescript-"));
process.on("exit", () => rmSync(project, { recursive: true, force: true }));

const consumer = `
import { launch, supervise } from "@go-plugin/host";
import { serve } from "@go-plugin/plugin";
import { definePlugins, fromTsProto, grpc, type PluginContext } from "@go-plugin/proto";
import { testPlugin } from "@go-plugin/proto/testing";
import * as gob from "@go-plugin/gob";
import { Channel } from "@go-plugin/grpc";
import { createHealth } from "@go-plugin/grpc/health";
import { createReflection } from "@go-plugin/grpc/reflection";
import { RpcServer } from "@go-plugin/netrpc";
import { Session } from "@go-plugin/yamux";

const message = { encode: (_: { a: string }) => ({ finish: () => new Uint8Array() }), decode: (_: Uint8Array) => ({ a: "" }) };
const get = { name: "Get", requestType: message, requestStream: false, responseType: message, responseStream: false } as const;
const service = fromTsProto({ fullName: "x.X", methods: { get } });
const isNew = process.argv.length > 2;
const plugins = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: { 1: grpc({ kv: service }), ...(isNew ? { 2: grpc({ kv: service, fresh: service }) } : {}) },
});

export async function use(): Promise<unknown[]> {
  await using plugin = await launch(plugins, { command: "x" });
  const kv = await plugin.dispense("kv");
  const answer: { a: string } = await kv.get({ a: "x" });
  // @ts-expect-error version 1 has none
  await plugin.dispense("fresh");
  if (plugin.version === 2) await plugin.dispense("fresh");
  void serve(plugins, {
    1: { kv: { get: ({ a }) => ({ a }) } },
    2: {
      kv: ({ version }: PluginContext) => ({ get: ({ a }) => ({ a: a + version }) }),
      fresh: { get: ({ a }) => ({ a }) },
    },
  });
  await using tested = await testPlugin(plugins, { 1: { kv: { get: ({ a }) => ({ a }) } } }, { version: 1 });
  await (await tested.dispense("kv")).get({ a: "" });
  return [answer, supervise, Channel, createHealth, createReflection, gob.int, RpcServer, Session];
}
`;

writeFileSync(join(project, "package.json"), '{ "type": "module" }');
writeFileSync(join(project, "consumer.ts"), consumer);
const others = [`typescript@~${oldest}.0`, "@types/node@20"];
const install = ["install", "--no-audit", "--no-fund", "--silent", ...pack(project).values(), ...others];
run("npm install", "npm", install, { cwd: project });
const strict = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "false"];
const lib = ["--lib", "es2023,esnext.disposable", "--types", "node"];
run(`TypeScript ${oldest}`, join(project, "node_modules/.bin/tsc"), [...strict, ...lib, "consumer.ts"], {
  cwd: project,
});
process.stdout.write(`The declarations work with TypeScript ${oldest}.\n`);
