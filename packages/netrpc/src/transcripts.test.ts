import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { gob } from "@go-plugin/gob";
import { describe, expect, test } from "vitest";
import { type Call, goldenCalls, goldenReplies } from "../../gob/src/golden/calls.js";
import { readGolden } from "../../gob/src/golden/read.js";
import { inOrder, renameIds, splitMessages } from "../../gob/src/golden/rename-ids.js";
import { method, RpcConnection, type RpcMethod, RpcServer } from "./index.js";
import { RpcConnectionError } from "./service/errors.js";

const transcripts = [...readGolden("transcripts")].map(([name, { hex }]) => {
  const [requests, replies] = hex!.map((side) => Buffer.from(side, "hex"));
  return { name, calls: goldenCalls[name]!, requests: requests!, replies: replies! };
});

/** A connection whose other end is written and read by hand. */
function byHand() {
  const [incoming, outgoing] = [new PassThrough(), new PassThrough()];
  return { connection: Duplex.from({ readable: incoming, writable: outgoing }), incoming, outgoing };
}

const comparable = (stream: Buffer) => renameIds(stream, inOrder()).toString("hex");

/** The outcome of a call. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error) => (error instanceof RpcConnectionError ? "unanswered" : error.message));
}

describe("a client", () => {
  test.each(transcripts)(
    "sends to Go's server what Go's client does, and understands it: $name",
    async (transcript) => {
      const { name, calls, requests, replies } = transcript;
      const { connection, incoming, outgoing } = byHand();
      const sent: Buffer[] = [];
      outgoing.on("data", (chunk) => sent.push(chunk));
      const client = new RpcConnection(connection);
      const order: number[] = [];
      const waiting = splitMessages(replies);
      /** Delivers the server's bytes one by one, until `count` calls have been answered. */
      const bringReplies = async (count: number) => {
        while (order.length < count && waiting.length > 0) {
          for (const byte of waiting.shift()!) incoming.write(Buffer.of(byte));
          await setImmediate();
        }
      };
      const answered = goldenReplies[name] ?? [...calls.keys()];
      const outcomes: Promise<unknown>[] = [];
      for (const [seq, { method: serviceMethod, args, reply }] of calls.entries()) {
        const call = client.call(serviceMethod, method(args[0], reply[0]), args[1] as never);
        call.catch(() => {}).finally(() => order.push(seq));
        outcomes.push(outcome(call));
        if (!(name in goldenReplies)) await bringReplies(seq + 1);
      }
      await bringReplies(answered.length);
      expect(order).toEqual(answered);
      incoming.end();
      expect(await Promise.all(outcomes)).toEqual(
        calls.map(({ error, reply }, seq) => (answered.includes(seq) ? (error ?? reply[1]) : "unanswered")),
      );
      expect(comparable(Buffer.concat(sent))).toBe(comparable(requests));
    },
  );
});

function sameValue(type: gob.AnyType, a: unknown, b: unknown): boolean {
  return Buffer.compare(gob.encode(type, a as never), gob.encode(type, b as never)) === 0;
}

/** A server whose methods behave as in the transcripts. `finish` ends a call of Hold. */
function serve(calls: readonly Call[]) {
  const server = new RpcServer();
  const gates: (() => void)[] = [];
  const left = [...calls];
  const services = new Map<string, { service: Record<string, RpcMethod>; implementation: Record<string, unknown> }>();
  services.set("Plugin", { service: {}, implementation: {} });
  for (const { method: serviceMethod, args, reply } of calls.filter(({ error }) => error === undefined)) {
    const [name, goName] = serviceMethod.split(".") as [string, string];
    const served = services.get(name) ?? { service: {}, implementation: {} };
    services.set(name, served);
    served.service[goName] = method(args[0], reply[0]);
    served.implementation[goName[0]!.toLowerCase() + goName.slice(1)] = (value: unknown) => {
      const [{ error, reply }] = left.splice(
        left.findIndex((call) => call.method === serviceMethod && sameValue(args[0], call.args[1], value)),
        1,
      ) as [Call];
      if (error !== undefined) throw new Error(error);
      if (goName !== "Hold") return reply[1];
      return new Promise((resolve) => {
        gates[value as number] = () => resolve(reply[1]);
      });
    };
  }
  for (const [name, { service, implementation }] of services) server.addService(name, service, implementation as never);
  const { connection, incoming, outgoing } = byHand();
  server.handle(connection);
  const finish = async (value: number) => {
    while (!gates[value]) await setImmediate();
    gates[value]();
    await setImmediate();
  };
  return { incoming, outgoing, finish };
}

describe("a server", () => {
  const otherwise: Readonly<Record<string, string>> = {
    "rpc: wrong arguments, then right ones": "the text of a mismatch is our own",
    "rpc: empty error": "which Go takes for success is an error here",
    "rpc: nil interface for an unknown method": "Go's server loses its place",
  };

  test.each(transcripts.filter(({ name }) => !(name in otherwise)))(
    "sends to Go's client what Go's server does: $name",
    async ({ name, calls, requests, replies }) => {
      const { incoming, outgoing, finish } = serve(calls);
      incoming.write(requests);
      for (const seq of goldenReplies[name] ?? []) await finish(seq);
      incoming.end();
      expect(comparable(await buffer(outgoing))).toBe(comparable(replies));
    },
  );

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

  describe("skips a nil interface for a method that does not exist", () => {
    const { calls, requests } = transcripts.find(({ name }) => name === "rpc: nil interface for an unknown method")!;
    const replies = [
      { Seq: 0, error: "rpc: can't find method Plugin.Nope", reply: {} },
      { Seq: 1, error: "", reply: "<nil>" },
      { Seq: 2, error: "", reply: 1 },
    ];

    test("where Go's server takes the next request for its value", async () => {
      const { incoming, outgoing, finish } = serve(calls);
      incoming.write(requests);
      await finish(1);
      incoming.end();
      expect(readReplies(await buffer(outgoing))).toEqual(replies);
    });

    test("before anything comes after it", async () => {
      const { incoming, outgoing } = serve(calls);
      for (const message of splitMessages(requests).slice(0, 3)) incoming.write(message);
      const [answer] = (await once(outgoing, "data")) as [Buffer];
      expect(readReplies(answer)).toEqual(replies.slice(0, 1));
      incoming.end();
    });
  });
});
