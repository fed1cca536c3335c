import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Behaviour, pathOf, streamsRequests, streamsResponses } from "../behaviour.js";
import type { Digest } from "../gen/behaviour.js";
import { formatEntries, type Outcome } from "../outcome.js";

/** The Go client's own spelling of an outcome. */
interface GoOutcome {
  readonly Headers: readonly GoEntry[] | null;
  readonly Messages: readonly Digest[] | null;
  readonly Code: number;
  readonly Details: string;
  readonly Trailers: readonly GoEntry[] | null;
  readonly Stalled?: boolean;
  readonly After?: number;
  readonly Server: {
    readonly metadata?: readonly GoEntry[];
    readonly has_deadline?: boolean;
    readonly received?: readonly GoDigest[];
    readonly half_closed?: boolean;
    readonly cancelled?: boolean;
  } | null;
}
type GoDigest = Partial<Digest>;
interface GoEntry {
  readonly key: string;
  readonly text?: string;
  readonly bytes?: string;
}

/** Makes the calls of a behaviour in the Go program, which writes one line for each behaviour. */
export async function runInGo(program: string, socket: string, behaviour: Behaviour): Promise<Outcome[]> {
  const { calls, client } = behaviour;
  const child = spawn(program, ["-socket", socket], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const request = {
      calls: calls.map((call) => ({
        ...call,
        method: pathOf(call),
        clientStream: streamsRequests(call),
        serverStream: streamsResponses(call),
      })),
      ...client,
    };
    child.stdin.end(`${JSON.stringify(request, bytesAsBase64)}\n`);
    const { done, value } = await lines.next();
    if (done) throw new Error(`the Go client failed in "${behaviour.name}"; its stderr tells why`);
    return (JSON.parse(value) as GoOutcome[]).map(normalise);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

function bytesAsBase64(_key: string, value: { type?: unknown; data?: number[] } | null): unknown {
  return value?.type === "Buffer" ? Buffer.from(value.data ?? []).toString("base64") : value;
}

function normalise(outcome: GoOutcome): Outcome {
  const { Server: server } = outcome;
  return {
    headers: entries(outcome.Headers),
    messages: digests(outcome.Messages),
    code: outcome.Code,
    details: outcome.Details,
    trailers: entries(outcome.Trailers),
    stalled: outcome.Stalled,
    after: outcome.After,
    server: server
      ? {
          metadata: entries(server.metadata),
          hasDeadline: server.has_deadline ?? false,
          received: digests(server.received),
          halfClosed: server.half_closed ?? false,
          cancelled: server.cancelled ?? false,
        }
      : undefined,
  };
}

function entries(entries: readonly GoEntry[] | null | undefined): string[] {
  return formatEntries(
    (entries ?? []).map(({ key, text = "", bytes = "" }) => ({ key, text, bytes: Buffer.from(bytes, "base64") })),
  );
}

function digests(digests: readonly GoDigest[] | null | undefined): Digest[] {
  return (digests ?? []).map(({ count = 0, size = 0, sha256 = "" }) => ({ count, size, sha256 }));
}
