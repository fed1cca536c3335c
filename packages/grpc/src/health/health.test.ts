import { expect, test } from "vitest";
import { createClient } from "../client/client.js";
import { Status } from "../status/status.js";
import { collect, pair } from "../testing/pair.js";
import { createHealth, healthService, ServingStatus } from "./index.js";

async function healthPair() {
  const p = await pair({});
  const health = createHealth();
  p.server.addService(healthService, health.implementation);
  return {
    health,
    client: createClient(p.channel, healthService),
    [Symbol.asyncDispose]: () => p[Symbol.asyncDispose](),
  };
}

test("check returns the server's status, and NOT_FOUND for unknown services", async () => {
  await using p = await healthPair();
  expect(await p.client.check({})).toEqual({ status: ServingStatus.SERVING });
  await expect(p.client.check({ service: "plugin" })).rejects.toMatchObject({
    code: Status.NOT_FOUND,
    details: "unknown service",
  });
  p.health.setStatus("plugin", ServingStatus.NOT_SERVING);
  expect(await p.client.check({ service: "plugin" })).toEqual({ status: ServingStatus.NOT_SERVING });
});

test("watch returns the current status and each new one", async () => {
  await using p = await healthPair();
  const abort = new AbortController();
  const statuses = p.client.watch({ service: "plugin" }, { signal: abort.signal })[Symbol.asyncIterator]();
  const next = async () => (await statuses.next()).value.status;
  expect(await next()).toBe(ServingStatus.SERVICE_UNKNOWN);
  p.health.setStatus("plugin", ServingStatus.SERVING);
  expect(await next()).toBe(ServingStatus.SERVING);
  p.health.setStatus("plugin", ServingStatus.SERVING);
  p.health.setStatus("other", ServingStatus.SERVING);
  p.health.setStatus("plugin", ServingStatus.NOT_SERVING);
  expect(await next()).toBe(ServingStatus.NOT_SERVING);
  const after = statuses.next();
  abort.abort();
  await expect(after).rejects.toMatchObject({ code: Status.CANCELLED });
});

test("shutdown is final and reaches every watcher", async () => {
  await using p = await healthPair();
  const statuses = p.client.watch({})[Symbol.asyncIterator]();
  expect((await statuses.next()).value.status).toBe(ServingStatus.SERVING);
  p.health.shutdown();
  expect((await statuses.next()).value.status).toBe(ServingStatus.NOT_SERVING);
  p.health.setStatus("", ServingStatus.SERVING);
  expect(await p.client.check({})).toEqual({ status: ServingStatus.NOT_SERVING });
  await statuses.return?.();
});

test("a watch ends when its call does", async () => {
  const abort = new AbortController();
  const context = { signal: abort.signal } as never;
  const watching = collect(
    createHealth().implementation.watch({ service: "" } as never, context) as AsyncIterable<unknown>,
  );
  abort.abort();
  expect(await watching).toEqual([{ status: ServingStatus.SERVING }]);
});
