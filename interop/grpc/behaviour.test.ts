import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { goProgram } from "../src/build-go.js";
import type { Behaviour, ServerLimits } from "./behaviour.js";
import { behaviours } from "./behaviours.js";
import { runInGo } from "./clients/grpc-go.js";
import { connectGrpcJs, connectGrpcJsOverOurs } from "./clients/grpc-js.js";
import { connectOurs } from "./clients/ours.js";
import { expectedComparison } from "./known-differences.js";
import type { Outcome } from "./outcome.js";
import { type Connection, runBehaviour } from "./run-behaviour.js";
import { serveInGo } from "./servers/grpc-go.js";
import { serveGrpcJs } from "./servers/grpc-js.js";
import type { RunningServer } from "./servers/listen.js";
import { serveGrpcJsOverOurs, serveOurs } from "./servers/ours.js";

type RunClient = (socket: string, behaviour: Behaviour) => Promise<Outcome[]>;
type StartServer = (socket: string, limits: ServerLimits) => Promise<RunningServer>;

const inProcess =
  (connect: (socket: string, limits: Behaviour["client"]) => Connection): RunClient =>
  async (socket, behaviour) => {
    const connection = connect(socket, behaviour.client);
    try {
      return await runBehaviour(connection, behaviour);
    } finally {
      connection.close();
    }
  };

const clients: Readonly<Record<string, RunClient>> = {
  ours: inProcess(connectOurs),
  "grpc-js over ours": inProcess(connectGrpcJsOverOurs),
  "grpc-js": inProcess(connectGrpcJs),
  "grpc-go": (socket, behaviour) => runInGo(goProgram("grpc-client-newest"), socket, behaviour),
  "go-plugin's grpc-go": (socket, behaviour) => runInGo(goProgram("grpc-client"), socket, behaviour),
};

const servers: Readonly<Record<string, StartServer>> = {
  ours: serveOurs,
  "grpc-js handlers on ours": serveGrpcJsOverOurs,
  "grpc-js": serveGrpcJs,
  "grpc-go": (socket, limits) => serveInGo(goProgram("grpc-server-newest"), socket, limits),
  "go-plugin's grpc-go": (socket, limits) => serveInGo(goProgram("grpc-server"), socket, limits),
};

const directory = mkdtempSync(join(tmpdir(), "grpc-"));
afterAll(() => rmSync(directory, { recursive: true }));
let lastSocket = 0;

async function run(client: string, server: string, behaviour: Behaviour): Promise<unknown> {
  const socket = join(directory, String(++lastSocket));
  const running = await servers[server]!(socket, behaviour.server ?? {});
  try {
    const outcomes = await clients[client]!(socket, behaviour);
    return outcomes.map(({ details, ...rest }) => ({ ...rest, ...(behaviour.details && { details }) }));
  } finally {
    await running.stop();
  }
}

const expectations = new Map<string, Promise<unknown>>();

/** grpc-go's outcome on both sides. */
function expectation(behaviour: Behaviour): Promise<unknown> {
  const known = expectations.get(behaviour.name) ?? run("grpc-go", "grpc-go", behaviour);
  expectations.set(behaviour.name, known);
  return known;
}

const rows = behaviours.map((behaviour) => [behaviour.name, behaviour] as const);

const large = new Set(["64 MiB in a unary call", "16 MiB in a stream", "many small messages to the client"]);

// Two implementations that are not ours need no test here. The grpc-go release that go-plugin requires is tested
// against ours only.
const pairs = Object.keys(clients)
  .flatMap((client) => Object.keys(servers).map((server) => [client, server] as const))
  .filter((pair) => pair.some((name) => name.includes("ours")))
  .filter((pair) => !pair.includes("go-plugin's grpc-go") || pair.includes("ours"));

describe.each(pairs)("%s → %s", (client, server) => {
  // Our implementation never compresses. grpc-js's stubs and handlers behave the same on ours for any size.
  const applicable = rows
    .filter(([, behaviour]) => !behaviour.client?.gzip || !client.includes("ours"))
    .filter(([name]) => !large.has(name) || client === "ours" || server === "ours");
  test.each(applicable)("%s", async (_name, behaviour) => {
    const outcome = await run(client, server, behaviour);
    const expected = await expectation(behaviour);
    const comparison = expectedComparison(behaviour.name, client, server);
    if (comparison === "equal") expect(outcome).toEqual(expected);
    if (comparison === "differs") expect(outcome).not.toEqual(expected);
  });
});
