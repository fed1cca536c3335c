import { listenForAbort } from "@go-plugin/proto/internal";
import { decodeError, encodeError } from "./errors.js";
import { Incoming } from "./incoming.js";
import { type Entries, own, type Side, type ThreadMessage } from "./message.js";

/** One end of a channel between threads. */
export interface Port {
  postMessage(message: ThreadMessage, transfer: ArrayBuffer[]): void;
}

/** A call to the other thread. */
export interface ThreadCall {
  /** The object on the other side. */
  readonly target: string;
  readonly method: string;
  /** A value, or an iterable of them. */
  readonly request: unknown;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly metadata?: Entries;
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  onHeaders?(metadata: Entries): void;
  onTrailers?(metadata: Entries): void;
  /** Called once, when the call has ended. */
  onEnd?(): void;
}

/** A call from the other thread, as what serves it sees it. */
export interface ThreadContext {
  readonly method: string;
  readonly metadata: Entries;
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
  readonly closed: Promise<void>;
  sendHeaders(metadata: Entries): void;
  /** Gives what is sent with the end of the call. */
  trailers: () => Entries;
}

/** Returns the response, a promise of it, or an iterable of responses. */
export type Served = (request: unknown, context: ThreadContext) => unknown;

/** Values of a stream that may be on their way. */
const aheadItems = 16;

class Outgoing {
  #room = aheadItems;
  #onRoom: (() => void) | undefined;
  #stopped = false;

  taken(): void {
    this.#room++;
    this.#onRoom?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#onRoom?.();
  }

  /** Sends what the iterable gives, as fast as the other side takes it. */
  async run(values: AsyncIterable<unknown> | Iterable<unknown>, send: (value: unknown) => void): Promise<void> {
    for await (const value of values) {
      while (this.#room === 0 && !this.#stopped) {
        await new Promise<void>((resolve) => {
          this.#onRoom = resolve;
        });
      }
      if (this.#stopped) return;
      this.#room--;
      send(value);
    }
  }
}

interface PendingCall {
  readonly call: ThreadCall;
  readonly requests: Outgoing;
  readonly responses: Incoming | undefined;
  settle(error: unknown, value?: unknown): void;
}

interface RunningCall {
  readonly controller: AbortController;
  readonly requests: Incoming | undefined;
  readonly responses: Outgoing;
}

/** Makes and serves calls between two threads; both sides are the same. */
export class Peer {
  readonly #port: Port;
  readonly #find: (target: string, method: string) => Served;
  readonly #pending = new Map<number, PendingCall>();
  readonly #running = new Map<number, RunningCall>();
  #lastId = 0;
  #ended: Error | undefined;

  /** @param find gives what serves a call. It may throw. */
  constructor(port: Port, find: (target: string, method: string) => Served) {
    this.#port = port;
    this.#find = find;
  }

  /** Returns a promise of the response, or an iterable of responses. */
  call(call: ThreadCall): Promise<unknown> | Incoming {
    const id = ++this.#lastId;
    const { signal } = call;
    const requests = new Outgoing();
    const cancel = (reason: unknown) => {
      if (!this.#pending.has(id)) return;
      this.#send({ type: "cancel", id, error: encodeError(reason) });
      settle(reason);
    };
    const onAbort = () => cancel(signal?.reason);
    const responses = call.responseStream
      ? new Incoming(
          () => this.#send({ type: "taken", id, side: "response" }),
          () => cancel(new Error("the stream of responses was left early")),
        )
      : undefined;
    let resolve: (value: unknown) => void = () => {};
    let reject: (error: unknown) => void = () => {};
    const settle = (error: unknown, value?: unknown) => {
      if (!this.#pending.delete(id)) return;
      signal?.removeEventListener("abort", onAbort);
      requests.stop();
      if (responses) responses.end(error);
      else if (error === undefined) resolve(value);
      else reject(error);
      call.onEnd?.();
    };
    const promise = responses
      ? undefined
      : new Promise((onValue, onError) => {
          resolve = onValue;
          reject = onError;
        });
    this.#pending.set(id, { call, requests, responses, settle });
    if (this.#ended) settle(this.#ended);
    else if (signal?.aborted) settle(signal.reason);
    else this.#start(id, call, requests, onAbort, settle);
    return responses ?? promise!;
  }

  #start(
    id: number,
    call: ThreadCall,
    requests: Outgoing,
    onAbort: () => void,
    settle: (error: unknown) => void,
  ): void {
    const { target, method, request, requestStream, responseStream, metadata = [], deadline, signal } = call;
    if (signal) listenForAbort(signal, onAbort);
    const only = requestStream ? undefined : request;
    try {
      this.#send({
        type: "call",
        id,
        target,
        method,
        requestStream,
        responseStream,
        metadata,
        deadline,
        request: only,
      });
    } catch (error) {
      settle(error);
      return;
    }
    if (!requestStream) return;
    const send = (value: unknown) => this.#send({ type: "item", id, side: "request", value });
    requests.run(request as AsyncIterable<unknown>, send).then(
      () => this.#send({ type: "requests-end", id, error: undefined }),
      (error) => this.#send({ type: "requests-end", id, error: encodeError(error) }),
    );
  }

  /** Takes a message of the other side. */
  receive(message: ThreadMessage): void {
    switch (message.type) {
      case "call":
        void this.#serve(message);
        break;
      case "headers":
        this.#pending.get(message.id)?.call.onHeaders?.(message.metadata);
        break;
      case "done": {
        const pending = this.#pending.get(message.id);
        pending?.call.onTrailers?.(message.trailers);
        pending?.settle(message.error && decodeError(message.error), message.value);
        break;
      }
      case "item":
        if (message.side === "request") this.#running.get(message.id)?.requests?.push(message.value);
        else this.#pending.get(message.id)?.responses?.push(message.value);
        break;
      case "taken":
        if (message.side === "request") this.#pending.get(message.id)?.requests.taken();
        else this.#running.get(message.id)?.responses.taken();
        break;
      case "requests-end":
        this.#running.get(message.id)?.requests?.end(message.error && decodeError(message.error));
        break;
      case "cancel": {
        const running = this.#running.get(message.id);
        const error = decodeError(message.error);
        running?.responses.stop();
        running?.requests?.end(error);
        running?.controller.abort(error);
        break;
      }
    }
  }

  /** The other thread is gone: its calls are cancelled, and calls to it fail. */
  end(error: Error): void {
    this.#ended = error;
    for (const { settle } of [...this.#pending.values()]) settle(error);
    for (const { controller, requests, responses } of this.#running.values()) {
      responses.stop();
      requests?.end(error);
      controller.abort(error);
    }
  }

  async #serve(call: ThreadMessage & { readonly type: "call" }): Promise<void> {
    const { id } = call;
    const controller = new AbortController();
    const taken = (side: Side) => () => this.#send({ type: "taken", id, side });
    const requests = call.requestStream ? new Incoming(taken("request"), () => {}) : undefined;
    const responses = new Outgoing();
    this.#running.set(id, { controller, requests, responses });
    let close = () => {};
    const context: ThreadContext = {
      method: call.method,
      metadata: call.metadata,
      deadline: call.deadline,
      signal: controller.signal,
      closed: new Promise((resolve) => {
        close = resolve;
      }),
      sendHeaders: (metadata) => this.#send({ type: "headers", id, metadata }),
      trailers: () => [],
    };
    let value: unknown;
    let error: ReturnType<typeof encodeError> | undefined;
    try {
      const response = await this.#find(call.target, call.method)(requests ?? call.request, context);
      const send = (item: unknown) => this.#send({ type: "item", id, side: "response", value: item });
      if (call.responseStream) await responses.run(response as AsyncIterable<unknown>, send);
      else value = response;
    } catch (thrown) {
      error = encodeError(thrown);
    }
    this.#running.delete(id);
    requests?.end();
    try {
      this.#send({ type: "done", id, value, error, trailers: context.trailers() });
    } catch (thrown) {
      // The value cannot be sent to another thread.
      this.#send({ type: "done", id, value: undefined, error: encodeError(thrown), trailers: [] });
    }
    close();
  }

  #send(message: ThreadMessage): void {
    if (this.#ended) return;
    const transfer: ArrayBuffer[] = [];
    if (message.type === "call") {
      this.#port.postMessage({ ...message, request: own(message.request, transfer) }, transfer);
    } else if (message.type === "done" || message.type === "item") {
      this.#port.postMessage({ ...message, value: own(message.value, transfer) }, transfer);
    } else {
      this.#port.postMessage(message, transfer);
    }
  }
}
