import type { Broker, BrokeredServer } from "@go-plugin/proto";
import { failure } from "./failure.js";
import { Gate } from "./gate.js";
import { type CallBackRequest, echoService, type Reply } from "./shared.js";

/** One side of the broker; host and plugin share it. */
export class Side extends Gate {
  /** Bytes written to raw connections. */
  sent = 0;
  readonly #name: "host" | "plugin";

  constructor(
    name: "host" | "plugin",
    readonly broker: Broker,
  ) {
    super();
    this.#name = name;
  }

  /** Serves an Echo that answers with its side and id, so that a connection to the wrong one is noticed. */
  serve(id = this.broker.nextId()): BrokeredServer {
    return this.broker.serve(
      echoService,
      {
        say: async ({ Text, Together }) => {
          if (Together > 0) await this.wait(Together);
          return `${this.#name} ${id}: ${Text}`;
        },
        hold: (number) => this.hold(number),
        fail(text) {
          throw new Error(text);
        },
      },
      { id },
    );
  }

  /** Accepts one connection and closes it. */
  hangUp(id: number): void {
    this.broker.accept(id).then(
      (connection) => connection.destroy(),
      () => {},
    );
  }

  /** Dials the id, calls its Echo and closes the connection. */
  async say(id: number, request: Partial<CallBackRequest>): Promise<Reply> {
    const { Text = "", Calls = 1, Concurrent = false, Together = 0 } = request;
    const reply: Reply = { ID: id, Texts: [], Count: 0, Error: "" };
    try {
      await using echo = await this.broker.connect(id, echoService);
      await forEach(Array(Math.max(Calls, 1)).fill(Text), Concurrent, async () => {
        const text = await echo.client.say({ Text, Together });
        reply.Count++;
        if (!reply.Texts.includes(text)) reply.Texts.push(text);
      });
    } catch (error) {
      reply.Error = failure(error);
    }
    return reply;
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
