import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { Server } from "./server.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("switches Nagle's algorithm off on a socket that its caller accepted without the option", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  closers.push(() => listener.close());
  await once(listener, "listening");
  const peer = connect((listener.address() as AddressInfo).port, "127.0.0.1");
  closers.push(() => peer.destroy());
  const [socket] = (await once(listener, "connection")) as [Socket];
  const { _handle: handle } = socket as unknown as { _handle: { setNoDelay(on: boolean): number } };
  const setNoDelay = vi.spyOn(handle, "setNoDelay");

  const server = new Server();
  closers.push(() => server.destroy());
  server.handle(socket);

  expect(setNoDelay.mock.calls).toEqual([[true]]);
  // The system accepted it: 0 is libuv's success.
  expect(setNoDelay.mock.results[0]?.value).toBe(0);
});
