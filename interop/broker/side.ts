import type { Broker, BrokeredServer } from "@go-plugin/proto";
import { Barrier } from "./barrier.js";
import { chunks, digestOf } from "./data.js";
import { failure } from "./failure.js";
import type { CallBackRequest, CallBackResponse_Reply, Digest } from "./gen/broker.js";
import { echoService } from "./shared.js";

/** Longer than any call takes, so a test that waits for a call that never comes fails instead of hanging. */
const callTimeoutMs = 60_000;

type Request = Pick<CallBackRequest, "text"> & Partial<CallBackRequest>;

/** One side of the broker; host and plugin share it. */
export class Side {
  readonly barrier = new Barrier();
  /** Bytes that Read handlers have handed to gRPC. */
  sent = 0;
  readonly #name: "host" | "plugin";

  constructor(
    name: "host" | "plugin",
    readonly broker: Broker,
  ) {
    this.#name = name;
  }

  /** Serves an Echo that answers with its side and id, so a connection to the wrong one is noticed. */
  serve(id = this.broker.nextId()): BrokeredServer {
    return this.broker.serve(
      echoService,
      {
        say: async ({ text, together }, { signal }) => {
          if (together > 0) await this.barrier.wait(together, signal);
          return { text: `${this.#name} ${id}: ${text}` };
        },
        read: ({ bytes }) => this.#read(bytes),
        write: (received) => digestOf(received),
      },
      { id },
    );
  }

  /** Dials the id, calls its Echo and closes the connection. */
  async say(id: number, request: Request): Promise<CallBackResponse_Reply> {
    const { text, calls = 1, concurrent = false, together = 0 } = request;
    const reply: CallBackResponse_Reply = { id, texts: [], count: 0, error: "" };
    try {
      await using echo = await this.broker.connect(id, echoService);
      await forEach(Array(calls).fill(text), concurrent, async () => {
        const response = await echo.client.say({ text, together }, { timeoutMs: callTimeoutMs });
        reply.count++;
        if (!reply.texts.includes(response.text)) reply.texts.push(response.text);
      });
    } catch (error) {
      reply.error = failure(error);
    }
    return reply;
  }

  async pull(id: number, bytes: number, afterFirst?: () => Promise<unknown>): Promise<Digest> {
    await using echo = await this.broker.connect(id, echoService);
    return await digestOf(echo.client.read({ bytes }), afterFirst);
  }

  async push(id: number, bytes: number): Promise<Digest> {
    await using echo = await this.broker.connect(id, echoService);
    return await echo.client.write(chunks(bytes));
  }

  async *#read(bytes: number) {
    for (const chunk of chunks(bytes)) {
      yield chunk;
      this.sent += chunk.data.length;
    }
  }
}

/** Runs the calls concurrently, or one after the other. */
export async function forEach<T, R>(
  items: readonly T[],
  concurrent: boolean,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  if (concurrent) return Promise.all(items.map(run));
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
