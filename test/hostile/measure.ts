import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** One row of the amplification table: the worst input of an entry point that parses bytes of the other process. */
export interface Attack {
  readonly entry: string;
  /** The input in a few words. */
  readonly worst: string;
  /** Most bytes that may be held when all of the input has been taken. */
  readonly maxHeld: number;
  /** Most nanoseconds of CPU per byte of input. Generous: the machine may be busy. */
  readonly maxNsPerByte: number;
  /** Makes the input, and returns what feeds it. The feeder returns all that is kept alive, and may throw when it refuses. */
  prepare(): { readonly bytes: number; feed(): unknown };
}

/** The outcome of an {@link Attack}. */
export interface Measured {
  readonly sent: number;
  readonly held: number;
  readonly nsPerByte: number;
  readonly outcome: string;
}

export async function measure(attack: Attack): Promise<Measured> {
  const { bytes, feed } = attack.prepare();
  collectGarbage();
  const before = process.memoryUsage();
  const started = process.cpuUsage();
  let outcome = "taken";
  // Alive until it has been measured, the input too: what it takes was there before.
  const kept: unknown[] = [feed];
  try {
    kept.push(await feed());
  } catch (error) {
    outcome = (error as { code?: string }).code ?? (error as Error).name;
  }
  const { user, system } = process.cpuUsage(started);
  collectGarbage();
  const after = process.memoryUsage();
  const held = Math.max(0, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);
  kept.length = 0;
  return { sent: bytes, held, nsPerByte: ((user + system) * 1000) / bytes, outcome };
}

/** The table as text. */
export function printTable(rows: readonly (readonly [Attack, Measured])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["entry point", "worst input", "bytes sent", "bytes held", "held / sent", "CPU ns / byte", "outcome"]),
    line(Array.from({ length: 7 }, () => "---")),
    ...rows.map(([{ entry, worst }, { sent, held, nsPerByte, outcome }]) =>
      line([entry, worst, String(sent), String(held), (held / sent).toFixed(1), nsPerByte.toFixed(0), outcome]),
    ),
  ].join("\n");
}
