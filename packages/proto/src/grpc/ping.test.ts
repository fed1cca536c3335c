import { once } from "node:events";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "@go-plugin/grpc";
import { createHealth, healthService, ServingStatus } from "@go-plugin/grpc/health";
import { expect, test } from "vitest";
import { grpc } from "../definition.js";
import { silentLogger } from "../logger/logger.js";
import { connectPlugin } from "./client.js";

test("a ping looks at the health status if it is asked to", async () => {
  const health = createHealth();
  health.setStatus("plugin", ServingStatus.NOT_SERVING);
  const server = new Server();
  server.addService(healthService, health.implementation);
  const path = join(tmpdir(), `proto-ping-${process.pid}`);
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  await once(listener, "listening");
  const client = await connectPlugin(grpc({}), () => connect(path), { logger: silentLogger });
  try {
    await client.ping();
    const details = "expected the plugin's health status SERVING, got NOT_SERVING";
    await expect(client.ping({ healthy: true })).rejects.toMatchObject({ code: 14, details });
    health.setStatus("plugin", ServingStatus.SERVING);
    await client.ping({ healthy: true });
  } finally {
    client.close();
    server.destroy();
    listener.close();
  }
});
