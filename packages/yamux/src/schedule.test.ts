import type { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { initialWindowBytes, Session, type Stream } from "./index.js";
import { chaoticPair } from "./testing/chaotic-pair.js";
import { socketPair } from "./testing/socket-pair.js";
import { synchronousPair } from "./testing/synchronous-pair.js";
import { until } from "./testing/until.js";
import { WireMonitor } from "./testing/wire-monitor.js";

const maxWindow = 2 * initialWindowBytes;

/** The possible steps. `pick` chooses an existing stream, `side` the end that acts. */
type Step =
  | { readonly do: "open"; readonly side: 0 | 1 }
  | { readonly do: "write"; readonly pick: number; readonly side: 0 | 1; readonly size: number }
  | { readonly do: "end" | "destroy" | "abort" | "pause" | "resume"; readonly pick: number; readonly side: 0 | 1 }
  | { readonly do: "ping"; readonly side: 0 | 1 }
  | { readonly do: "wait"; readonly ticks: number };

const side = fc.constantFrom<0 | 1>(0, 1);
const pick = fc.nat(1000);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("open" as const), side }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      pick,
      side,
      size: fc.oneof(fc.nat(100), fc.integer({ min: 1000, max: 20_000 }), fc.integer({ min: 100_000, max: 700_000 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom<"end" | "destroy" | "abort" | "pause" | "resume">(
        "end",
        "end",
        "destroy",
        "abort",
        "pause",
        "resume",
      ),
      pick,
      side,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ping" as const), side }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ticks: fc.nat(20) }) },
);

/** A model of one direction of one stream: the bytes in order, and the ways in which it may end. */
class Direction {
  written = 0;
  received = 0;
  outcome: "open" | "end" | "error" = "open";

  /** The byte at each position. Its period is long, so lost, doubled or swapped bytes are noticed. */
  static byte(position: number): number {
    return (position ^ (position >>> 8) ^ (position >>> 16)) & 0xff;
  }

  next(size: number): Buffer {
    const chunk = Buffer.allocUnsafe(size);
    for (let index = 0; index < size; index++) chunk[index] = Direction.byte(this.written + index);
    this.written += size;
    return chunk;
  }

  check(chunk: Buffer): void {
    for (const byte of chunk) {
      if (byte !== Direction.byte(this.received)) throw new Error(`wrong byte at ${this.received}`);
      this.received += 1;
    }
  }
}

interface Modelled {
  readonly ends: [Stream | undefined, Stream | undefined];
  /** Index: the side that writes. */
  readonly directions: readonly [Direction, Direction];
  /** True once a side has aborted or refused it. The other side may then see an end or an error, at any byte. */
  broken: boolean;
}

async function run(steps: readonly Step[], transports: readonly [Duplex, Duplex]): Promise<void> {
  const monitor = new WireMonitor();
  monitor.watch(transports[0], "client");
  monitor.watch(transports[1], "server");
  const options = { keepAliveIntervalMs: 0, acceptBacklog: 4, maxStreamWindowSize: maxWindow };
  const sessions = [
    new Session(transports[0], { role: "client", ...options }),
    new Session(transports[1], { role: "server", ...options }),
  ] as const;
  const streams = new Map<number, Modelled>();
  const pings: Promise<number>[] = [];

  let finishing = false;
  const finish = ({ ends }: Modelled, end: 0 | 1) => {
    const stream = ends[end];
    stream?.resume();
    if (stream?.writable) stream.end();
  };
  const attach = (id: number, end: 0 | 1, stream: Stream) => {
    const modelled = streams.get(id)!;
    modelled.ends[end] = stream;
    const direction = modelled.directions[end === 0 ? 1 : 0];
    stream.on("data", (chunk: Buffer) => direction.check(chunk));
    stream.on("end", () => {
      direction.outcome = "end";
    });
    stream.on("error", () => {
      direction.outcome = "error";
      if (mayBeRefused(id)) modelled.broken = true;
    });
    if (finishing) finish(modelled, end);
  };
  // As in Go, a stream that was aborted before it was accepted stays in the peer's backlog, without a place in ours.
  const mayBeRefused = (id: number) =>
    streams.get(id)!.ends.includes(undefined) &&
    [...streams].some(([other, { broken }]) => broken && other < id && other % 2 === id % 2);
  const accepting = sessions.map(async (session, index) => {
    for await (const stream of session) attach(stream.id, index as 0 | 1, stream);
  });

  for (const step of steps) {
    if (step.do === "wait") {
      for (let tick = 0; tick < step.ticks; tick++) await new Promise((resolve) => setImmediate(resolve));
    } else if (step.do === "ping") {
      pings.push(sessions[step.side].ping());
    } else if (step.do === "open") {
      const stream = sessions[step.side].open();
      streams.set(stream.id, {
        ends: [undefined, undefined],
        directions: [new Direction(), new Direction()],
        broken: false,
      });
      attach(stream.id, step.side, stream);
    } else {
      const modelled = [...streams.values()][step.pick % Math.max(1, streams.size)];
      const stream = modelled?.ends[step.side];
      const direction = modelled?.directions[step.side];
      if (!modelled || !stream || !direction) continue;
      if (step.do === "write" && stream.writable) stream.write(direction.next(step.size));
      if (step.do === "end" && stream.writable) stream.end();
      if (step.do === "destroy" && !stream.destroyed) {
        modelled.broken = true;
        stream.destroy();
      }
      if (step.do === "abort" && !stream.destroyed) {
        modelled.broken = true;
        stream.destroy(new Error("aborted by the schedule"));
      }
      if (step.do === "pause") stream.pause();
      if (step.do === "resume") stream.resume();
    }
    expect(monitor.violation).toBeUndefined();
    for (const [id, { directions, broken }] of streams) {
      // Back-pressure: a sender gets at most one window ahead of the reader, or one more that is discarded.
      const limit = broken ? 2 * maxWindow : maxWindow;
      for (const [index, name] of (["client", "server"] as const).entries()) {
        expect(monitor.sent(name, id) - directions[index]!.received).toBeLessThanOrEqual(limit);
      }
    }
  }

  // All readers continue, all streams end, and late ones are accepted: then everything must end.
  finishing = true;
  for (const modelled of streams.values()) for (const end of [0, 1] as const) finish(modelled, end);
  await until(() => sessions[0].streams === 0 && sessions[1].streams === 0);
  // A session forgets a stream as soon as both halves are closed; received data may still wait for its reader.
  const read = ({ directions, broken }: Modelled) => broken || directions.every(({ outcome }) => outcome !== "open");
  await until(() => [...streams.values()].every(read));
  await Promise.all(pings);
  for (const [id, { directions, broken }] of streams) {
    if (broken) continue;
    for (const { written, received, outcome } of directions) {
      expect({ id, received, outcome }).toEqual({ id, received: written, outcome: "end" });
    }
  }
  expect(monitor.violation).toBeUndefined();
  await Promise.all([sessions[0].close(), sessions[1].close(), ...accepting]);
  for (const transport of transports) {
    expect(transport.destroyed).toBe(true);
  }
}

test("a reader that is resumed only when both halves are closed still gets everything", async () => {
  const steps: readonly Step[] = [
    { do: "open", side: 1 },
    { do: "write", pick: 0, side: 1, size: 3 },
    { do: "wait", ticks: 20 },
    { do: "pause", pick: 0, side: 0 },
    { do: "end", pick: 0, side: 0 },
    { do: "write", pick: 0, side: 1, size: 62 },
    { do: "write", pick: 0, side: 1, size: 55 },
    { do: "end", pick: 0, side: 1 },
    { do: "wait", ticks: 20 },
  ];
  await run(
    steps,
    chaoticPair(() => 1),
  );
  await run(steps, await socketPair());
  await run(steps, synchronousPair());
});

test("a writer that waits for credit is not left waiting when its reader is destroyed", async () => {
  const steps: readonly Step[] = [
    { do: "open", side: 1 },
    { do: "wait", ticks: 20 },
    { do: "pause", pick: 0, side: 0 },
    { do: "write", pick: 0, side: 1, size: 700_000 },
    { do: "wait", ticks: 20 },
    { do: "destroy", pick: 0, side: 0 },
  ];
  await run(steps, await socketPair());
  await run(steps, synchronousPair());
});

/** Less than the test's own timeout, so that a schedule that never ends is reported with its steps. */
const hangMs = 30_000;

const schedule = fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" });

test("random schedules over a connection that cuts anywhere and delays agree with the model", async () => {
  await fc.assert(
    fc.asyncProperty(
      schedule,
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 20 }),
      async (steps, cuts) => {
        let index = 0;
        const cut = () => cuts[index++ % cuts.length]! + 5000;
        await run(steps, chaoticPair(cut));
      },
    ),
    { numRuns: 40, endOnFailure: true, timeout: hangMs },
  );
});

test("small schedules over a connection that gives single bytes agree with the model", async () => {
  const small = fc.array(
    anyStep.filter((step) => step.do !== "write" || step.size <= 100),
    { minLength: 1, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(small, async (steps) => {
      await run(
        steps,
        chaoticPair(() => 1),
      );
    }),
    { numRuns: 50, endOnFailure: true, timeout: hangMs },
  );
});

test("random schedules over a real socket agree with the model", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (steps) => {
      await run(steps, await socketPair());
    }),
    { numRuns: 40, endOnFailure: true, timeout: hangMs },
  );
});

test("random schedules over a pair that delivers within the write agree with the model", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (steps) => {
      await run(steps, synchronousPair());
    }),
    { numRuns: 40, endOnFailure: true, timeout: hangMs },
  );
});
