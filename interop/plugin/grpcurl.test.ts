import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { promisify } from "node:util";
import { launch, silentLogger } from "@go-plugin/host";
import { startRawPlugin } from "@go-plugin/test/raw-plugin";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { serveInGo } from "../grpc/servers/grpc-go.js";
import { goProgram } from "../src/build-go.js";

type Question = readonly [flags: readonly string[], words: readonly string[]];

async function grpcurl(socket: string, [flags, words]: Question): Promise<unknown> {
  const run = promisify(execFile)(goProgram("grpcurl"), ["-plaintext", "-unix", ...flags, socket, ...words]);
  return run.then(
    ({ stdout }) => ({ stdout }),
    ({ stdout, stderr }) => ({ stdout, stderr }),
  );
}

/** grpcurl's output for our plugin's process. */
async function askOurs(sandbox: Sandbox, fixture: string, questions: readonly Question[]): Promise<unknown[]> {
  const plugin = startRawPlugin(sandbox, fixture);
  try {
    const { address } = await plugin.handshake();
    return await Promise.all(questions.map((question) => grpcurl(address, question)));
  } finally {
    plugin.child.kill();
    await plugin.exited;
  }
}

describe("grpcurl against a plugin's process", () => {
  test("knows the services that a Go plugin of the same set has, and their health", async ({ sandbox }) => {
    const questions: Question[] = [
      [[], ["list"]],
      [[], ["list", "plugin.GRPCBroker"]],
      [[], ["describe", "plugin.GRPCController.Shutdown"]],
      ...["", "plugin", "nobody"].map((service): Question => {
        return [["-d", JSON.stringify({ service })], ["grpc.health.v1.Health/Check"]];
      }),
    ];
    const options = { command: goProgram("grpc-plugin"), cwd: sandbox.directory, env: sandbox.env };
    await using plugin = await launch(kvPlugins, { ...options, logger: silentLogger });
    const { address } = plugin.reattachConfig();
    const expected = await Promise.all(questions.map((question) => grpcurl(address, question)));
    expect(await askOurs(sandbox, "plugin-twin-of-kv", questions)).toEqual(expected);
  });

  test("describes and calls what the set has descriptors of, as it does a Go server", async ({ sandbox }) => {
    const questions: Question[] = [
      [[], ["list", "interop.Behaviour"]],
      [[], ["describe", "interop.Behaviour"]],
      [["-msg-template"], ["describe", "interop.Action"]],
      [["-d", '{"payload":"aGVsbG8=","actions":[{"echo":{}}]}'], ["interop.Behaviour/Unary"]],
      [["-d", '{"actions":[{"fail":{"code":5,"details":"gone"}}]}'], ["interop.Behaviour/Unary"]],
    ];
    const path = `${sandbox.directory}/go`;
    const server = await serveInGo(goProgram("grpc-server-newest"), path, {});
    const expected = await Promise.all(questions.map((question) => grpcurl(path, question)));
    await server.stop();
    rmSync(path);
    expect(await askOurs(sandbox, "serves-descriptors", questions)).toEqual(expected);
  });
});
