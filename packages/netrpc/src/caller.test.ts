import { Duplex } from "node:stream";
import { gob } from "@go-plugin/gob";
import { expect, test, vi } from "vitest";
import { createRpcClient, method, RpcConnection, RpcServer } from "./index.js";

const Service = { Fail: method(gob.string, gob.string) };

function pair(): [Duplex, Duplex] {
  const ends: [Duplex, Duplex] = [0, 1].map(
    (side) =>
      new Duplex({
        read() {},
        write(chunk, _, done) {
          ends[1 - side]!.push(chunk);
          done();
        },
        final(done) {
          ends[1 - side]!.push(null);
          done();
        },
      }),
  ) as [Duplex, Duplex];
  return ends;
}

function connected(fail: (text: string) => unknown) {
  const [ours, theirs] = pair();
  const onError = vi.fn();
  const server = new RpcServer({ onError });
  server.addService("Service", Service, { fail: fail as (text: string) => string });
  server.handle(theirs);
  const connection = new RpcConnection(ours);
  return { connection, client: createRpcClient(connection, "Service", Service), onError };
}

test("a failed call's error names the method and shows the function that called", async () => {
  const { client, connection } = connected(() => {
    throw new Error("boom");
  });
  async function usersFunction() {
    await client.fail("x");
  }
  const error = await usersFunction().catch((reason) => reason);
  expect(error).toMatchObject({ message: "boom", method: "Service.Fail" });
  expect(error.stack).toMatch(/^RpcServerError: boom\n[\s\S]*usersFunction/);
  connection.destroy();
  await new Promise(setImmediate);
  const lost = await usersFunction().catch((reason) => reason);
  expect(lost.stack).toContain("usersFunction");
  expect(await client.fail("x").catch((reason) => reason)).not.toBe(lost);
});

test("hundreds of calls on one signal print no warning", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const { client } = connected((text) => text);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 300 }, () => client.fail("x", { signal })));
  await new Promise(setImmediate);
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});
