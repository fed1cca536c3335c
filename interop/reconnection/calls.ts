import { promisify } from "node:util";
import { type Channel, createClient } from "@go-plugin/grpc";
import { channelOverride } from "@go-plugin/grpc/grpc-js";
import { fromTsProto } from "@go-plugin/proto";
import { type ClientUnaryCall, credentials, makeGenericClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { KVDefinition } from "../../examples/kv/src/gen/kv.js";

/** The KV service, as our clients and servers take it. */
export const kvService = fromTsProto(KVDefinition);

/** Asks a server that counts for a key. */
export type Get = (key: string) => Promise<string>;

export interface Calls {
  readonly made: number;
  /** Answers that are no "1", and errors. */
  readonly failures: readonly string[];
}

/** Keeps 64 calls in flight, each for a key of its own: a call that the server's application saw twice answers "2". */
export async function keepCalling(get: Get, milliseconds: number): Promise<Calls> {
  const end = performance.now() + milliseconds;
  const failures: string[] = [];
  let made = 0;
  const caller = async () => {
    while (performance.now() < end) {
      const key = `key ${made++}`;
      const answer = await get(key).catch(String);
      if (answer !== "1") failures.push(`${key}: ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  return { made, failures };
}

/** A client of ours, such as a plugin's. */
export function getOf(client: { get(request: { key: string }): Promise<{ value: Uint8Array }> }): Get {
  return async (key) => Buffer.from((await client.get({ key })).value).toString();
}

export function getOver(channel: Channel): Get {
  return getOf(createClient(channel, kvService));
}

const { get } = kvService;
type GrpcJsClient = {
  get(
    request: { key: string },
    callback: (error: ServiceError | null, reply?: { value: Uint8Array }) => void,
  ): ClientUnaryCall;
};

/** A client class that grpc-js has made of the same service. */
export const GrpcJsKv = makeGenericClientConstructor(
  {
    get: {
      ...get,
      requestSerialize: (request: { key: string }) => Buffer.from(get.requestSerialize(request)),
      responseSerialize: (reply: { value: Uint8Array }) => Buffer.from(get.responseSerialize(reply)),
    },
  },
  "KV",
);

/** A client of grpc-js, for which a channel of ours makes the calls. */
export function getOfGrpcJs(client: unknown): Get {
  const call = promisify((key: string, callback: (error: Error | null, reply?: { value: Uint8Array }) => void) => {
    (client as GrpcJsClient).get({ key }, callback);
  });
  return async (key) => Buffer.from((await call(key))!.value).toString();
}

export function getOverOverride(channel: Channel): Get {
  return getOfGrpcJs(
    new GrpcJsKv("unused", credentials.createInsecure(), { channelOverride: channelOverride(channel) }),
  );
}
