import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { Channel, type ChannelOptions } from "../client/channel.js";
import { type ClientOptions, createClient } from "../client/client.js";
import { Server, type ServerOptions } from "../server/server.js";
import type { MethodDefinition, ServiceClient, ServiceImplementation } from "../service/definition.js";

/** Parts of this package's tests. */

// Spelled out: the inferred types of `false` and `true` would be widened to boolean.
type TextMethod<A extends boolean, B extends boolean> = MethodDefinition<string, string, string, string> & {
  readonly requestStream: A;
  readonly responseStream: B;
};

function method<A extends boolean, B extends boolean>(
  name: string,
  requestStream: A,
  responseStream: B,
): TextMethod<A, B> {
  const encode = (text: string) => Buffer.from(text);
  const decode = (bytes: Buffer) => bytes.toString();
  return {
    path: `/test.Text/${name}`,
    requestStream,
    responseStream,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  };
}

/** A service of every kind of method; its messages are strings. */
export const textService = {
  unary: method("Unary", false, false),
  serverStream: method("ServerStream", false, true),
  clientStream: method("ClientStream", true, false),
  bidi: method("Bidi", true, true),
};

export type TextClient = ServiceClient<typeof textService>;
export type TextImplementation = ServiceImplementation<typeof textService>;

/** Returns its input. */
export const echo: TextImplementation = {
  unary: (request) => request,
  *serverStream(request) {
    yield* request.split(" ");
  },
  async clientStream(requests) {
    const all: string[] = [];
    for await (const request of requests) all.push(request);
    return all.join(" ");
  },
  async *bidi(requests) {
    for await (const request of requests) yield request;
  },
};

/** Two ends of one connection. What is written arrives on a later tick, as on a socket. */
export function duplexPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: () => Duplex) => {
    let onRead: (() => void) | undefined;
    const duplex = new Duplex({
      read() {
        const go = onRead;
        onRead = undefined;
        go?.();
      },
      write(chunk, _encoding, done) {
        setImmediate(() => {
          const peer = other();
          if (peer.destroyed) done(new Error("the other end is gone"));
          else if (peer.push(chunk)) done();
          else (peer as Duplex & { afterRead(go: () => void): void }).afterRead(done);
        });
      },
      final(done) {
        setImmediate(() => {
          if (!other().destroyed) other().push(null);
          done();
        });
      },
      destroy(error, done) {
        onRead?.();
        setImmediate(() => other().destroy());
        done(error);
      },
    });
    return Object.assign(duplex, {
      afterRead(go: () => void) {
        onRead = go;
      },
    });
  };
  ends.push(
    end(() => ends[1]!),
    end(() => ends[0]!),
  );
  return [ends[0]!, ends[1]!];
}

/** The connection between a test's client and its server. */
export type Transport = "socket" | "duplex";

/** Replaces the client's end of the connection. */
export type Wrap = (duplex: Duplex) => Duplex;

export interface Pair extends AsyncDisposable {
  readonly client: TextClient;
  readonly channel: Channel;
  readonly server: Server;
  /** Errors of handlers that are not a status. */
  readonly errors: unknown[];
  /** One more connection to the server. */
  dial(): Duplex;
  /** Connections so far. */
  readonly dialed: Duplex[];
}

export interface PairOptions {
  readonly transport?: Transport;
  readonly server?: ServerOptions;
  readonly channel?: ChannelOptions;
  readonly client?: ClientOptions;
  readonly wrap?: Wrap;
}

/**
 * A client and a server of `textService`. Its disposal is a proof that nothing leaked: it ends when every call, handler
 * and connection of both sides has ended.
 */
export async function pair(implementation: Partial<TextImplementation>, options: PairOptions = {}): Promise<Pair> {
  const errors: unknown[] = [];
  const server = new Server({ onError: (error) => errors.push(error), ...options.server });
  server.addService(textService, { ...echo, ...implementation });
  const listener = options.transport === "duplex" ? undefined : await listen((socket) => server.handle(socket));
  const dialed: Duplex[] = [];
  const dial = () => {
    const duplex = listener === undefined ? dialPair(server) : net.connect(listener.path);
    const wrapped = options.wrap?.(duplex) ?? duplex;
    dialed.push(wrapped);
    return wrapped;
  };
  const channel = new Channel(dial, options.channel);
  return {
    client: createClient(channel, textService, options.client),
    channel,
    server,
    errors,
    dial,
    dialed,
    async [Symbol.asyncDispose]() {
      await channel.close();
      await server.close();
      await listener?.close();
    },
  };
}

function dialPair(server: Server): Duplex {
  const [mine, its] = duplexPair();
  server.handle(its);
  return mine;
}

/** Listens on a unix socket of its own. */
export async function listen(
  onConnection: (socket: net.Socket) => void,
): Promise<{ readonly path: string; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "grpc-"));
  const path = join(directory, "socket");
  const server = net.createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(directory, { recursive: true, force: true });
          resolve();
        });
      }),
  };
}

/** Collects an iterable. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of source) all.push(value);
  return all;
}

/** A promise with its resolvers. */
export function deferred<T = void>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until a number has not changed for some turns of the event loop, and returns it. */
export async function settled(read: () => number): Promise<number> {
  let last = read();
  for (let unchanged = 0; unchanged < 50; ) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const now = read();
    unchanged = now === last ? unchanged + 1 : 0;
    last = now;
  }
  return last;
}
