import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { gob } from "@go-plugin/gob";
import { describe, expect, test } from "vitest";
import { Client, method, Server } from "./index.js";

// What net/rpc of Go 1.26 sent, with `func (Plugin) Hold(n int, reply *int) error` and `Any(any, *string) error`.

const requestType = "2e7f030101075265717565737401ff80000102010d536572766963654d6574686f64010c000103536571010600000";
const holdRequests = [
  "010ff80010b506c7567696e2e486f6c640003040000",
  "12ff80010b506c7567696e2e486f6c6401010003040002",
  "12ff80010b506c7567696e2e486f6c6401020003040004",
];
/** Three calls of Hold, with 0, 1 and 2, that Go's server answered in the order 2, 0, 1. */
const outOfOrder = {
  requests: requestType + holdRequests.join(""),
  replies: [
    "3aff8103010108526573706f6e736501ff82000103010d536572766963654d6574686f64010c00010353657101060001054572726f72010c000000" +
      "12ff82010b506c7567696e2e486f6c6401020003040004",
    "10ff82010b506c7567696e2e486f6c640003040000",
    "12ff82010b506c7567696e2e486f6c6401010003040002",
  ],
};
/** Plugin.Nope and Plugin.Any with a nil interface, and Hold with 1: Go's server hangs on the first. */
const nilForUnknownMethod = `${requestType}010ff80010b506c7567696e2e4e6f7065000310000011ff80010a506c7567696e2e416e790101000310000012ff80010b506c7567696e2e486f6c6401020003040002`;

const Plugin = { Hold: method(gob.int, gob.int), Any: method(gob.interface(), gob.string) };

/** A connection whose other end is written and read by hand. */
function byHand() {
  const [incoming, outgoing] = [new PassThrough(), new PassThrough()];
  return { connection: Duplex.from({ readable: incoming, writable: outgoing }), incoming, outgoing };
}

const header = gob.struct("Response", { ServiceMethod: gob.string, Seq: gob.number(gob.uint64), Error: gob.string });

/** The replies in the order in which they were sent. */
function readReplies(bytes: Uint8Array) {
  const decoder = new gob.Decoder();
  decoder.push(bytes);
  const replies: { Seq: number; error: string; reply: unknown }[] = [];
  for (;;) {
    const response = decoder.decode(header);
    if (response === gob.needMore) return replies;
    const { Seq, Error: error } = response as gob.Infer<typeof header>;
    replies.push({ Seq, error, reply: decoder.decode(gob.unknown) });
  }
}

describe("replies out of order", () => {
  test("from Go's server settle the calls that they are for, each when it comes", async () => {
    const { connection, incoming, outgoing } = byHand();
    const client = new Client(connection);
    const settled: number[] = [];
    const calls = [0, 1, 2].map((number) =>
      client.call("Plugin.Hold", Plugin.Hold, number).then((reply) => {
        expect(reply).toBe(number);
        settled.push(reply);
      }),
    );
    await once(outgoing, "readable");
    expect(outgoing.read().toString("hex")).toBe(outOfOrder.requests);
    for (const [index, reply] of outOfOrder.replies.entries()) {
      // A byte at a time, as a connection may bring them.
      for (const byte of Buffer.from(reply, "hex")) incoming.write(Buffer.of(byte));
      while (settled.length === index) await setImmediate();
    }
    await Promise.all(calls);
    expect(settled).toEqual([2, 0, 1]);
    client.destroy();
  });

  test("are sent to Go's client as the methods end", async () => {
    const { connection, incoming, outgoing } = byHand();
    const server = new Server();
    const gates: (() => void)[] = [];
    const hold = (number: number) =>
      new Promise<number>((resolve) => {
        gates[number] = () => resolve(number);
      });
    server.addService("Plugin", Plugin, { hold, any: String });
    server.handle(connection);
    incoming.write(Buffer.from(outOfOrder.requests, "hex"));
    while (gates.length < 3) await setImmediate();
    for (const number of [2, 0, 1]) {
      gates[number]!();
      await setImmediate();
    }
    incoming.end();
    expect(readReplies(await buffer(outgoing))).toEqual([
      { Seq: 2, error: "", reply: 2 },
      { Seq: 0, error: "", reply: 0 },
      { Seq: 1, error: "", reply: 1 },
    ]);
  });
});

describe("a nil interface for a method that does not exist", () => {
  const served = () => {
    const { connection, incoming, outgoing } = byHand();
    const server = new Server();
    server.addService("Plugin", Plugin, { hold: (number) => number, any: String });
    server.handle(connection);
    return { incoming, outgoing };
  };
  const replies = [
    { Seq: 0, error: "rpc: can't find method Plugin.Nope", reply: {} },
    { Seq: 1, error: "", reply: "null" },
    { Seq: 2, error: "", reply: 1 },
  ];

  test("of Go's client is skipped, where Go's server would take the next request for its value", async () => {
    const { incoming, outgoing } = served();
    incoming.end(Buffer.from(nilForUnknownMethod, "hex"));
    const received = readReplies(await buffer(outgoing));
    expect(received.sort((a, b) => a.Seq - b.Seq)).toEqual(replies);
  });

  test("is skipped before anything comes after it", async () => {
    const { incoming, outgoing } = served();
    const first = nilForUnknownMethod.indexOf("11ff80010a506c7567696e2e416e79");
    incoming.write(Buffer.from(nilForUnknownMethod.slice(0, first), "hex"));
    const [answer] = (await once(outgoing, "data")) as [Buffer];
    expect(readReplies(answer)).toEqual(replies.slice(0, 1));
    incoming.end();
  });
});
