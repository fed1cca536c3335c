import type { Readable, Writable } from "node:stream";
import { channelOverride } from "@go-plugin/grpc/grpc-js";
import {
  Client,
  type ClientOptions,
  type ClientUnaryCall,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";
import type { Behaviour } from "../behaviour.js";
import type { Action_Entry, Message } from "../gen/behaviour.js";
import { toEntries } from "../outcome.js";
import type { Connection, GenericMethod, LiveCall } from "../run-behaviour.js";
import { openChannel } from "./ours.js";

/** grpc-js as it is. */
export function connectGrpcJs(socket: string, limits: Behaviour["client"]): Connection {
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": limits?.maxReceive ?? -1,
    "grpc.max_send_message_length": limits?.maxSend ?? -1,
    "grpc.max_metadata_size": 1 << 20,
    "grpc.default_compression_algorithm": limits?.gzip ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 50,
  } as ClientOptions);
  return {
    start: (method, metadata, timeoutMs) => new GrpcJsCall(client, method, metadata, timeoutMs),
    close: () => client.close(),
  };
}

/** A client of grpc-js over a channel of ours. */
export function connectGrpcJsOverOurs(socket: string, limits: Behaviour["client"]): Connection {
  const channel = openChannel(socket, limits);
  const client = new Client("unused", credentials.createInsecure(), { channelOverride: channelOverride(channel) });
  return {
    start: (method, metadata, timeoutMs) => new GrpcJsCall(client, method, metadata, timeoutMs),
    close: () => channel.destroy(),
  };
}

class GrpcJsCall implements LiveCall {
  readonly #start: (request?: Message) => void;
  #call: ClientUnaryCall | undefined;
  #requests: Writable | undefined;
  #receive: () => Promise<Message | undefined> = async () => undefined;
  #ended = false;
  #resolveHeaders!: (entries: Action_Entry[]) => void;
  #resolveEnd!: (end: Awaited<LiveCall["end"]>) => void;
  readonly headers = new Promise<Action_Entry[]>((resolve) => {
    this.#resolveHeaders = resolve;
  });
  readonly end = new Promise<Awaited<LiveCall["end"]>>((resolve) => {
    this.#resolveEnd = resolve;
  });

  constructor(
    client: Client,
    method: GenericMethod,
    entries: readonly Partial<Action_Entry>[],
    timeoutMs: number | undefined,
  ) {
    const metadata = new Metadata();
    for (const { key, text, bytes } of entries) metadata.add(key!, bytes ?? text ?? "");
    const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    const { path, requestSerialize: encode, responseDeserialize: decode } = method;
    this.#start = (request) => {
      if (method.responseStream) {
        const call = method.requestStream
          ? client.makeBidiStreamRequest(path, encode, decode, metadata, options)
          : client.makeServerStreamRequest(path, encode, decode, request!, metadata, options);
        this.#readAll(call as unknown as Readable);
        if (method.requestStream) this.#requests = call as unknown as Writable;
        this.#watch(call as unknown as ClientUnaryCall);
        return;
      }
      let respond!: (message: Message | undefined) => void;
      const response = new Promise<Message | undefined>((resolve) => {
        respond = resolve;
      });
      const callback = (_error: ServiceError | null, value?: Message) => respond(value);
      const call = method.requestStream
        ? client.makeClientStreamRequest(path, encode, decode, metadata, options, callback)
        : client.makeUnaryRequest(path, encode, decode, request!, metadata, options, callback);
      this.#receive = () => {
        this.#receive = async () => undefined;
        return response;
      };
      if (method.requestStream) this.#requests = call as unknown as Writable;
      this.#watch(call as ClientUnaryCall);
    };
    if (method.requestStream) this.#start();
  }

  async send(message: Message): Promise<void> {
    if (!this.#call) return this.#start(message);
    const requests = this.#requests;
    if (!requests || this.#ended) return;
    await Promise.race([new Promise<void>((resolve) => requests.write(message, () => resolve())), this.end]);
  }

  halfClose(): void {
    this.#requests?.end();
  }

  receive(): Promise<Message | undefined> {
    return this.#receive();
  }

  cancel(): void {
    this.#call?.cancel();
  }

  #readAll(call: Readable): void {
    const iterator = call[Symbol.asyncIterator]();
    this.#receive = async () => {
      try {
        const { done, value } = await iterator.next();
        return done ? undefined : value;
      } catch {
        return undefined;
      }
    };
  }

  #watch(call: ClientUnaryCall): void {
    this.#call = call;
    call.on("error", () => {});
    call.on("metadata", (metadata) => this.#resolveHeaders(entriesOf(metadata)));
    call.on("status", ({ code, details, metadata }: StatusObject) => {
      this.#ended = true;
      this.#resolveHeaders([]);
      this.#resolveEnd({ code, details, trailers: entriesOf(metadata) });
    });
  }
}

export function entriesOf(metadata: Metadata): Action_Entry[] {
  const json = metadata.toJSON() as Record<string, (string | Buffer)[]>;
  return toEntries(Object.entries(json).flatMap(([key, values]) => values.map((value) => [key, value] as const)));
}
