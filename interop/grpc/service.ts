import type { Action, Action_Entry, Message, Observation } from "./gen/behaviour.js";
import { addDigest, payload } from "./outcome.js";

/** A call as the server sees it, and the server's actions on it. */
export interface ServedCall {
  readonly id: string;
  readonly metadata: Action_Entry[];
  /** In ms since the epoch; Infinity for none. */
  readonly deadline: number;
  readonly cancelled: Promise<void>;
  sendHeaders(entries: readonly Action_Entry[]): void;
  setTrailers(entries: readonly Action_Entry[]): void;
}

/** The server's actions on itself. */
export interface ServerControl {
  /** Loses every connection. */
  drop(): void;
  /** Begins a graceful stop. */
  drain(): void;
  /** An error that ends a call with this status. */
  statusError(code: number, details: string): Error;
}

class Observed {
  readonly observation: Observation = {
    metadata: [],
    hasDeadline: false,
    received: [],
    halfClosed: false,
    cancelled: false,
    sent: 0,
  };
  end!: () => void;
  release!: () => void;
  readonly ended = new Promise<void>((resolve) => {
    this.end = resolve;
  });
  readonly released = new Promise<void>((resolve) => {
    this.release = resolve;
  });
}

/** The TypeScript twin of the Go server: the same for every gRPC implementation, which adapts its calls to `ServedCall`. */
export class BehaviourServer {
  readonly #calls = new Map<string, Observed>();
  readonly #control: ServerControl;

  constructor(control: ServerControl) {
    this.#control = control;
  }

  async observe(id: string, running: boolean): Promise<Observation> {
    const observed = this.#of(id);
    if (!running) await observed.ended;
    return observed.observation;
  }

  release(id: string): void {
    this.#of(id).release();
  }

  /** Does what the first message says and yields the responses. */
  async *perform(requests: AsyncIterator<Message>, call: ServedCall): AsyncGenerator<Message> {
    const observed = this.#of(call.id);
    const seen = observed.observation;
    const receive = async (): Promise<Message | undefined> => {
      const { done, value } = await requests.next();
      if (done) seen.halfClosed = true;
      else addDigest(seen.received, value.payload);
      return done ? undefined : value;
    };
    try {
      seen.metadata = call.metadata;
      seen.hasDeadline = Number.isFinite(call.deadline);
      const first = await receive();
      for (const action of first?.actions ?? []) {
        for await (const message of this.#act(action, first!, receive, call, observed)) {
          yield message;
          seen.sent++;
        }
      }
    } finally {
      observed.end();
    }
  }

  async *#act(
    action: Action,
    first: Message,
    receive: () => Promise<Message | undefined>,
    call: ServedCall,
    observed: Observed,
  ): AsyncGenerator<Message> {
    if (action.reply) {
      const message = { payload: payload(action.reply.size), actions: [] };
      for (let i = 0; i < (action.reply.count || 1); i++) yield message;
    } else if (action.headers) call.sendHeaders(action.headers.entry);
    else if (action.trailers) call.setTrailers(action.trailers.entry);
    else if (action.receive) for (let i = 0; i < action.receive && (await receive()); i++);
    else if (action.receiveAll) while (await receive());
    else if (action.echo) {
      for (let message: Message | undefined = first; message; message = await receive()) {
        yield { payload: message.payload, actions: [] };
      }
    } else if (action.awaitCancel) {
      await call.cancelled;
      observed.observation.cancelled = true;
      throw this.#control.statusError(Date.now() < call.deadline ? 1 : 4, "cancelled");
    } else if (action.fail) throw this.#control.statusError(action.fail.code, action.fail.details);
    else if (action.error !== undefined) throw new Error(action.error);
    else if (action.drop) this.#control.drop();
    else if (action.drain) this.#control.drain();
    else if (action.hold) await Promise.race([observed.released, call.cancelled]);
  }

  #of(id: string): Observed {
    let observed = this.#calls.get(id);
    if (!observed) {
      observed = new Observed();
      this.#calls.set(id, observed);
    }
    return observed;
  }
}

/** The requests of a call that has one. */
export async function* once(request: Message): AsyncGenerator<Message> {
  yield request;
}

/** The response of a call that has one. */
export async function last(messages: AsyncIterable<Message>): Promise<Message> {
  let response = { payload: payload(0), actions: [] } as Message;
  for await (const message of messages) response = message;
  return response;
}
