import { MessageChannel } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { ThreadMessage } from "./message.js";
import { Peer, type Port, type Served } from "./peer.js";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Two peers on the ends of a real channel; the second serves one method. */
function pair(served: Served): [Peer, Peer] {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  const peers: [Peer, Peer] = [
    new Peer(port1 as unknown as Port, () => served),
    new Peer(port2 as unknown as Port, () => served),
  ];
  port1.on("message", (message: ThreadMessage) => peers[0].receive(message));
  port2.on("message", (message: ThreadMessage) => peers[1].receive(message));
  return peers;
}

const call = { target: "x", method: "y", requestStream: false, responseStream: false };

async function* pass(requests: unknown) {
  for await (const request of requests as AsyncIterable<unknown>) yield request;
}

test("streams arrive whole and in order in both directions", async () => {
  const [peer] = pair(pass);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 60 }), async (values) => {
      const received: Uint8Array[] = [];
      const responses = peer.call({ ...call, request: values, requestStream: true, responseStream: true });
      for await (const value of responses as AsyncIterable<Uint8Array>) received.push(value);
      expect(received.map((value) => [...value])).toEqual(values.map((value) => [...value]));
    }),
    { numRuns: 20 },
  );
});

test("the sender waits for the reader, and stops when it leaves", async () => {
  let sent = 0;
  let left = false;
  const [peer] = pair(async function* () {
    try {
      for (;;) yield sent++;
    } finally {
      left = true;
    }
  });
  const responses = peer.call({ ...call, request: 0, responseStream: true }) as AsyncIterableIterator<number>;
  for (let n = 0; n < 100; n++) expect((await responses.next()).value).toBe(n);
  expect(sent).toBeLessThanOrEqual(100 + 16 + 1);
  await responses.return?.();
  await expect.poll(() => left).toBe(true);
  expect(await responses.next()).toEqual({ done: true, value: undefined });
});

test("bytes are sent alone, without the buffer that they are a part of", async () => {
  const [peer] = pair((request) => (request as Uint8Array).buffer.byteLength);
  for (const size of [10, 100_000]) {
    const whole = new Uint8Array(1 << 20);
    expect(await peer.call({ ...call, request: whole.subarray(5, 5 + size) })).toBe(size);
    // A copy is handed over.
    expect(whole.byteLength).toBe(1 << 20);
  }
});

test("an error keeps its name, message and stack; a value that cannot be sent is one", async () => {
  const [peer] = pair((request) => {
    if (request === "fail") throw new RangeError("too far");
    return () => {};
  });
  const error = await (peer.call({ ...call, request: "fail" }) as Promise<never>).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "RangeError", message: "too far", stack: expect.stringContaining("peer.test") });
  await expect(peer.call({ ...call, request: "" })).rejects.toThrow("could not be cloned");
  await expect(peer.call({ ...call, request: () => {} })).rejects.toThrow("could not be cloned");
});

test("calls end with the other thread, in both directions", async () => {
  let aborted: unknown;
  const [peer, other] = pair(
    (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted = signal.reason;
          reject(signal.reason);
        });
        started();
      }),
  );
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const outcome = expect(peer.call({ ...call, request: 0 })).rejects.toThrow("gone");
  await running;
  other.end(new Error("no caller"));
  expect(aborted).toMatchObject({ message: "no caller" });
  peer.end(new Error("gone"));
  await outcome;
  await expect(peer.call({ ...call, request: 0 })).rejects.toThrow("gone");
});
