import { type Behaviour, type CallSpec, pathOf, type Step, streamsRequests, streamsResponses } from "./behaviour.js";
import { Action, type Action_Entry, BehaviourService, type Digest, type Message } from "./gen/behaviour.js";
import { addDigest, formatEntries, type Outcome, payload } from "./outcome.js";

/** A call in progress, whatever the implementation below it. */
export interface LiveCall {
  /** Ends when gRPC takes more, or the call has ended. */
  send(message: Message): Promise<void>;
  halfClose(): void;
  /** Ends with the response headers, or with none at the end of the call. */
  readonly headers: Promise<Action_Entry[]>;
  /** undefined at the end of the call, whatever its status. */
  receive(): Promise<Message | undefined>;
  cancel(): void;
  /** Ends once everything was received. */
  readonly end: Promise<{ code: number; details: string; trailers: Action_Entry[] }>;
}

type Methods = typeof BehaviourService;
export type GenericMethod = Omit<Methods["unary"], "path" | "requestStream" | "responseStream"> & {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
};

/** One connection of a gRPC implementation that runs in this process. */
export interface Connection {
  start(method: GenericMethod, metadata: readonly Partial<Action_Entry>[], timeoutMs: number | undefined): LiveCall;
  close(): void;
}

/** A count has stalled once it has been the same this often in a row, with a call to the server each time. */
const stalledPolls = 100;
let lastCall = 0;

/** Makes the calls of a behaviour one after the other. */
export async function runBehaviour(connection: Connection, behaviour: Behaviour): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const call of behaviour.calls) {
    const several = Array.from({ length: call.concurrent ?? 1 }, () => new Run(connection, call).outcome());
    outcomes.push(...(await Promise.all(several)));
  }
  return outcomes;
}

class Run {
  readonly #connection: Connection;
  readonly #spec: CallSpec;
  readonly #id = `${process.pid}-${++lastCall}`;
  readonly #live: LiveCall;
  readonly #messages: Digest[] = [];
  #flood: Promise<void> | undefined;
  #cancelled = false;
  #stalled: boolean | undefined;
  #after: number | undefined;

  constructor(connection: Connection, spec: CallSpec) {
    this.#connection = connection;
    this.#spec = spec;
    const metadata = [{ key: "x-call", text: this.#id }, ...(spec.metadata ?? [])];
    const method = {
      ...BehaviourService.unary,
      path: pathOf(spec),
      requestStream: streamsRequests(spec),
      responseStream: streamsResponses(spec),
    };
    this.#live = connection.start(method, metadata, spec.timeoutMs);
  }

  async outcome(): Promise<Outcome> {
    for (const step of this.#spec.steps) await this.#take(step);
    while (await this.#receive());
    const { code, details, trailers } = await this.#live.end;
    return {
      headers: formatEntries(await this.#live.headers),
      messages: this.#messages,
      code,
      details,
      trailers: formatEntries(trailers),
      stalled: this.#stalled,
      after: this.#after,
      server: this.#spec.observe ? await this.#observe() : undefined,
    };
  }

  async #take(step: Step): Promise<void> {
    if ("send" in step) {
      const actions = (step.send.actions ?? []).map((action) => Action.fromPartial(action as Action));
      await this.#live.send({ payload: payload(step.send.size ?? 0), actions });
    } else if ("halfClose" in step) {
      await this.#flood;
      this.#live.halfClose();
    } else if ("headers" in step) await this.#live.headers;
    else if ("receive" in step) for (let i = 0; i < step.receive && (await this.#receive()); i++);
    else if ("cancel" in step) {
      this.#cancelled = true;
      this.#live.cancel();
    } else if ("flood" in step) await this.#startFlood(step.flood);
    // The server's next action may close the connection before the answer is sent.
    else if ("release" in step) await this.#request(BehaviourService.release, { call: this.#id }).catch(() => {});
    else if ("untilStalled" in step) {
      this.#stalled = (await this.#awaitStall(({ sent }) => sent)) < step.untilStalled;
    } else this.#after = await this.#callUntilFailure();
  }

  async #receive(): Promise<boolean> {
    const message = await this.#live.receive();
    if (message && !this.#cancelled) addDigest(this.#messages, message.payload);
    return message !== undefined;
  }

  async #startFlood({ count, size, limit }: { count: number; size: number; limit: number }): Promise<void> {
    let sent = 0;
    const message = { payload: payload(size), actions: [] };
    const send = async () => {
      for (; sent < count; sent++) await this.#live.send(message);
    };
    this.#flood = send();
    this.#stalled = (await this.#awaitStall(() => sent)) < limit;
  }

  async #awaitStall(count: (seen: { sent: number }) => number): Promise<number> {
    let last = 0;
    for (let same = 0; same < stalledPolls; same++) {
      const now = count(await this.#request(BehaviourService.observe, { call: this.#id, running: true }));
      if (now !== last || now === 0) same = 0;
      last = now;
    }
    return last;
  }

  async #callUntilFailure(): Promise<number> {
    for (;;) {
      const call = this.#connection.start(BehaviourService.unary, [], undefined);
      await call.send({ payload: payload(0), actions: [] });
      while (await call.receive());
      const { code } = await call.end;
      if (code !== 0) return code;
    }
  }

  async #observe() {
    const seen = await this.#request(BehaviourService.observe, { call: this.#id, running: false });
    const { metadata, hasDeadline, received, halfClosed, cancelled } = seen;
    return { metadata: formatEntries(metadata), hasDeadline, received, halfClosed, cancelled };
  }

  async #request<M extends Methods["observe" | "release"]>(
    method: M,
    request: Parameters<M["requestSerialize"]>[0],
  ): Promise<ReturnType<M["responseDeserialize"]>> {
    const call = this.#connection.start(method as unknown as GenericMethod, [], undefined);
    await call.send(request as unknown as Message);
    const response = await call.receive();
    if (response) return response as unknown as ReturnType<M["responseDeserialize"]>;
    const { code, details } = await call.end;
    throw new Error(`${method.path} failed with status ${code}: ${details}`);
  }
}
