import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType, preface } from "./frame.js";
import {
  ClientOnWire,
  end,
  endHeaders,
  frame,
  headers,
  leftIn,
  nothingLeft,
  requestFields,
  responseFields,
  ServerOnWire,
  settings,
  turns,
} from "./test-support.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await turns();
}

test("a peer that does not hang up has a second for it", async () => {
  const client = new ClientOnWire();
  await client.wire.say(settings());
  client.connection.close();
  await turns();
  await pass(999);
  expect(client.events).toEqual(["ready", "draining"]);
  await pass(1);
  expect(client.events).toEqual(["ready", "draining", "close"]);
});

test("a peer that reads slowly gets the last answers before", async () => {
  const server = await new ServerOnWire().hello();
  await server.wire.say(headers(1, requestFields, endHeaders | end));
  const { stream, recorder } = server.streams[0]!;
  server.wire.block();
  stream.respond(responseFields);
  await turns();
  stream.end([Buffer.alloc(50_000)], { "grpc-status": "0" });
  server.connection.close();
  await pass(5000);
  expect(server.closed).toBe(0);
  server.wire.unblock();
  await turns();
  expect(server.wire.body(1)).toHaveLength(50_000);
  expect(server.wire.ended(1)).toBe(true);
  expect(recorder.log).toEqual(["end", "close"]);
  await pass(1000);
  expect(server.closed).toBe(1);
  expect(leftIn(server.connection)).toEqual(nothingLeft);
});

test.each(["ends", "breaks the protocol"])(
  "a peer that reads nothing has no longer than ten seconds, if it %s",
  async (how) => {
    const server = await new ServerOnWire().hello();
    server.wire.block();
    await server.wire.say(settings());
    if (how === "ends") {
      server.connection.close();
      // It does not answer the ping of the GOAWAY either.
      await pass(1000);
    } else await server.wire.say(frame(FrameType.data, 0, 0));
    await pass(9999);
    expect(server.closed).toBe(0);
    await pass(1);
    expect(server.closed).toBe(1);
  },
);

test("a peer that hangs up leaves no timer", async () => {
  const server = await new ServerOnWire().hello();
  server.connection.close();
  await turns();
  server.wire.push(null);
  await turns();
  expect(server.closed).toBe(1);
});

test("a client that sends nothing, or no settings, is disconnected", async () => {
  const [silent, unsettled] = [new ServerOnWire(), new ServerOnWire()];
  await unsettled.wire.say(Buffer.from(preface));
  const settled = await new ServerOnWire().hello();
  await pass(119_999);
  expect(silent.wire.goneAway()).toBeUndefined();
  await pass(1);
  for (const { wire } of [silent, unsettled]) {
    expect(wire.goneAway()).toMatchObject({
      code: ErrorCode.SETTINGS_TIMEOUT,
      text: "the client sent no settings within 120 s",
    });
  }
  await pass(1000);
  expect([silent.closed, unsettled.closed, settled.closed]).toEqual([1, 1, 0]);
  settled.connection.destroy();
});
