import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { grpc } from "../definition.js";
import { silentLogger } from "../logger/logger.js";
import { NoOutput } from "../stdio.js";
import { connectPlugin } from "./client.js";
import { servePlugins } from "./server.js";

test("a host closes the connection as soon as the plugin has answered Shutdown", async () => {
  const set = grpc({});
  const server = servePlugins(
    set,
    {},
    { version: 1, logger: silentLogger, stdio: new NoOutput(), flushTimeoutMs: 1_000 },
  );
  const path = join(tmpdir(), `proto-shutdown-${process.pid}`);
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  const accepted = once(listener, "connection") as Promise<[Socket]>;
  const client = await connectPlugin(set, () => connect(path), { logger: silentLogger });
  const [socket] = await accepted;
  try {
    await client.shutdown({ timeoutMs: 10_000 });
    await server.shutdownRequested;
    // Nobody has closed anything yet.
    if (!socket.destroyed) await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  } finally {
    client.close();
    await server.close();
    listener.close();
  }
});
