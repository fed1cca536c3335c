import { isStatusError, type ServiceClient, Status } from "@go-plugin/grpc";
import type { healthService } from "@go-plugin/grpc/health";

type Health = ServiceClient<typeof healthService>;

/** Ways to give a call up. Every plugin has the health service, whose `watch` never ends by itself. */
export const cancels: Record<string, (health: Health) => Promise<void>> = {
  async abort(health) {
    const controller = new AbortController();
    const watching = drain(health.watch({ service: "plugin" }, { signal: controller.signal }));
    // Its request is on its way by then.
    setImmediate(() => controller.abort());
    await expectCode(watching, Status.CANCELLED);
  },
  async deadline(health) {
    const watching = drain(health.watch({ service: "plugin" }, { timeoutMs: 1 }));
    // Go's health service answers CANCELLED when its own clock is first.
    await expectCode(watching, Status.DEADLINE_EXCEEDED, Status.CANCELLED);
  },
  async "a stream left early"(health) {
    for await (const _ of health.watch({ service: "plugin" })) return;
    throw new Error("expected a status, got the end of the stream");
  },
};

async function drain(stream: AsyncIterable<unknown>): Promise<never> {
  for await (const _ of stream);
  throw new Error("expected a call that does not end by itself");
}

async function expectCode(call: Promise<never>, ...codes: readonly Status[]): Promise<void> {
  await call.catch((error) => {
    if (!isStatusError(error) || !codes.includes(error.code)) throw error;
  });
}

/** Gives `count` calls up, 64 at a time, while calls of `along` are made. @returns what failed of either. */
export async function cancelMany(
  cancel: () => Promise<void>,
  count: number,
  along: () => Promise<unknown>,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const record = (error: unknown) => void failures.push(String(error));
  let left = count;
  let made = 0;
  const canceller = async () => {
    while (left-- > 0) await cancel().catch(record);
  };
  const cancelled = Promise.all(Array.from({ length: 64 }, canceller));
  let running = true;
  void cancelled.then(() => {
    running = false;
  });
  do {
    await along().catch(record);
    made++;
  } while (running);
  await cancelled;
  return made < 2 ? [...failures, `expected calls that run along, got ${made}`] : failures;
}
