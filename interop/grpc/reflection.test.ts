import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server, type ServiceDefinition } from "@go-plugin/grpc";
import { createHealth, healthService } from "@go-plugin/grpc/health";
import { createReflection, reflectionAlphaService, reflectionService } from "@go-plugin/grpc/reflection";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goProgram } from "../src/build-go.js";
import { BehaviourService } from "./gen/behaviour.js";
import { descriptors } from "./gen/descriptors.js";
import { serveInGo } from "./servers/grpc-go.js";
import { type Listener, listen, type RunningServer } from "./servers/listen.js";
import { createImplementation } from "./servers/ours.js";

const directory = mkdtempSync(join(tmpdir(), "grpc-"));
const sockets = { go: join(directory, "go"), v1: join(directory, "v1"), v1alpha: join(directory, "v1alpha") };
const open: (RunningServer | Listener)[] = [];

async function serve(path: string, reflections: readonly ServiceDefinition[]): Promise<void> {
  const server = new Server();
  server.addService(
    BehaviourService,
    createImplementation(
      () => {},
      () => {},
    ),
  );
  server.addService(healthService, createHealth().implementation);
  const services = [
    "interop.Behaviour",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
  ];
  const implementation = createReflection({ services, descriptors: [descriptors] });
  for (const service of reflections) server.addService(service, implementation as never);
  const listener = await listen(path, (socket) => server.handle(socket));
  open.push(listener, { stop: async () => server.destroy() });
}

beforeAll(async () => {
  open.push(await serveInGo(goProgram("grpc-server-newest"), sockets.go, {}));
  await serve(sockets.v1, [reflectionService, reflectionAlphaService]);
  await serve(sockets.v1alpha, [reflectionAlphaService]);
});
afterAll(async () => {
  for (const one of open) await ("stop" in one ? one.stop() : one.close());
  rmSync(directory, { recursive: true });
});

async function grpcurl(socket: string, flags: readonly string[], words: readonly string[]): Promise<unknown> {
  const run = promisify(execFile)(goProgram("grpcurl"), ["-plaintext", "-unix", ...flags, socket, ...words]);
  return run.then(
    ({ stdout }) => ({ stdout }),
    ({ stdout, stderr }) => ({ stdout, stderr }),
  );
}

const questions: readonly (readonly [flags: readonly string[], words: readonly string[]])[] = [
  [[], ["list"]],
  [[], ["list", "interop.Behaviour"]],
  [[], ["list", "grpc.reflection.v1.ServerReflection"]],
  [[], ["describe", "interop.Behaviour"]],
  [[], ["describe", "interop.Behaviour.Unary"]],
  [["-msg-template"], ["describe", "interop.Action"]],
  [[], ["describe", "interop.Action.Reply"]],
  [[], ["describe", "interop.Action.reply"]],
  [[], ["describe", "grpc.health.v1.HealthCheckResponse"]],
  [[], ["describe", "grpc.health.v1.HealthCheckResponse.ServingStatus"]],
  [["-d", '{"service":""}'], ["grpc.health.v1.Health/Check"]],
  [["-d", '{"payload":"aGVsbG8=","actions":[{"echo":{}}]}'], ["interop.Behaviour/Unary"]],
  [["-d", '{"actions":[{"reply":{"count":3,"size":4}}]}'], ["interop.Behaviour/ServerStream"]],
  [["-d", '{"actions":[{"fail":{"code":5,"details":"gone"}}]}'], ["interop.Behaviour/Unary"]],
];

describe.each(["v1", "v1alpha"] as const)("grpcurl against our reflection %s", (version) => {
  test.each(questions)("%j %j says what it says against Go's", async (flags, words) => {
    const expected = await grpcurl(sockets.go, flags, words);
    expect(await grpcurl(sockets[version], flags, words)).toEqual(expected);
  });

  test("a name that no descriptor declares", async () => {
    expect(await grpcurl(sockets[version], [], ["describe", "interop.Nothing"])).toMatchObject({
      stderr: expect.stringContaining("Symbol not found: interop.Nothing"),
    });
  });
});
