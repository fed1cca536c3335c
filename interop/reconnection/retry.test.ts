import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { Channel, Server } from "@go-plugin/grpc";
import { type Logger, launch, silentLogger } from "@go-plugin/host";
import { recordLog } from "@go-plugin/test/log-recorder";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { describe, expect, vi } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { goProgram } from "../src/build-go.js";
import {
  type Calls,
  type Get,
  GrpcJsKv,
  getOf,
  getOfGrpcJs,
  getOver,
  getOverOverride,
  keepCalling,
  kvService,
} from "./calls.js";

const callingMs = 3_000;
const ageMs = 150;

/** A server at a unix socket, which ends its connections every {@link ageMs}. */
type Serve = (path: string) => Promise<() => Promise<void>>;

/** grpc-go's, in a process of its own. */
function goServer(...args: string[]): Serve {
  return async (path) => {
    const child = spawn(goProgram("going-away"), ["-socket", path, "-max-age", `${ageMs}ms`, ...args]);
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    return async () => {
      child.stdin.end();
      await exited;
      rmSync(path);
    };
  };
}

/** Ours, which is closed and replaced while its socket listens on. */
const ownServer: Serve = async (path) => {
  const asked = new Map<string, number>();
  let total = 0;
  const start = () => {
    const server = new Server({ maxConcurrentStreams: 8 });
    server.addService(kvService, {
      put: () => ({}),
      async get({ key }) {
        if (key === "total") return { value: Buffer.from(String(total)) };
        total++;
        asked.set(key, (asked.get(key) ?? 0) + 1);
        await new Promise((resolve) => setImmediate(resolve));
        return { value: Buffer.from(String(asked.get(key))) };
      },
    });
    return server;
  };
  let server = start();
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  await once(listener, "listening");
  const closed: Promise<void>[] = [];
  const replace = setInterval(() => {
    closed.push(server.close());
    server = start();
  }, ageMs);
  return async () => {
    clearInterval(replace);
    await Promise.all([...closed, server.close()]);
    listener.close();
    await once(listener, "close");
  };
};

const servers: Record<string, Serve> = {
  "grpc-go with MaxConnectionAge": goServer(),
  "grpc-go with MaxConnectionAge and MaxConcurrentStreams": goServer("-max-streams", "8"),
  "a server of ours that is closed": ownServer,
};
const clients: Record<string, (channel: Channel) => Get> = {
  "our client": getOver,
  "a client of grpc-js over our channel": getOverOverride,
};

/** No call has failed, none was seen twice, and none that was not made. */
async function expectNoFailure(get: Get, { made, failures }: Calls): Promise<void> {
  expect(failures).toEqual([]);
  expect(await get("total")).toBe(String(made));
  expect(made).toBeGreaterThan(64);
}

describe.each(Object.entries(servers))("%s", (_, serve) => {
  test.for(Object.entries(clients))("is not noticed by %s", async ([, client], { sandbox }) => {
    const path = join(sandbox.directory, "socket");
    const stop = await serve(path);
    let dialed = 0;
    const channel = new Channel(() => {
      dialed++;
      return connect(path);
    });
    const get = client(channel);
    await expectNoFailure(get, await keepCalling(get, callingMs));
    expect(dialed).toBeGreaterThan(3);
    await channel.close();
    await stop();
    await sandbox.expectNoLeftovers();
  });
});

function launchGoingAway(sandbox: Sandbox, args: readonly string[], logger: Logger = silentLogger) {
  return launch(kvPlugins, {
    command: goProgram("going-away"),
    args: ["-max-age", `${ageMs}ms`, ...args],
    env: sandbox.env,
    // Longer than the test may take: a plugin that is not asked to end would show.
    shutdownTimeoutMs: 120_000,
    logger,
  });
}

type GoingAway = Awaited<ReturnType<typeof launchGoingAway>>;

const pluginClients: Record<string, (plugin: GoingAway) => Promise<Get>> = {
  "our client": async (plugin) => getOf(await plugin.dispense("kv_grpc")),
  "a client of grpc-js": async (plugin) => getOfGrpcJs(await plugin.grpcClient(GrpcJsKv)),
};

describe("a Go plugin with MaxConnectionAge and MaxConcurrentStreams", () => {
  test.for(Object.entries(pluginClients))("is not noticed by %s", async ([, client], { sandbox }) => {
    const plugin = await launchGoingAway(sandbox, ["-max-streams", "8"]);
    const get = await client(plugin);
    await expectNoFailure(get, await keepCalling(get, callingMs));
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, signal: null });
    await sandbox.expectNoLeftovers();
  });
});

test("a Go plugin that has closed the connection is asked to end over a new one", async ({ sandbox }) => {
  const { logger, entries } = recordLog();
  const plugin = await launchGoingAway(sandbox, ["-grace", "1ms"], logger);
  await vi.waitFor(() => expect(entries.map(({ message }) => message)).toContain("the brokers' stream ended"), 10_000);
  await plugin.close();
  expect(await plugin.exited).toMatchObject({ code: 0, signal: null });
  await sandbox.expectNoLeftovers();
});
