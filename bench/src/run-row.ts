import type { Entry } from "./entries.js";
import type { Metric, Row, Targets } from "./rows.js";
import { Session } from "./session.js";
import { ratios, type Summary, summarize } from "./statistics.js";

/** One line of the table: a metric of a row, in every column. */
export interface Line {
  readonly row: string;
  readonly title: string;
  readonly unit: string;
  readonly better: Metric["better"];
  readonly targets: Targets;
  /** The targets are for values instead of ratios. */
  readonly absolute: boolean;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly column: string;
  readonly value: Summary;
  /** The ratio to the base of the comparison. The base itself has none. */
  readonly ratio: Summary | undefined;
}

type Rounds = ReadonlyMap<Entry, readonly Record<string, number>[]>;

/** Measures the entries of a row in turn, in several rounds. */
export async function runRow(row: Row): Promise<Line[]> {
  const { fresh = false, rounds = 5 } = row;
  const all = entriesOf(row);
  const results = new Map(all.map((entry) => [entry, [] as Record<string, number>[]]));
  const sessions = fresh ? undefined : await startAll(all);
  try {
    for (let round = fresh ? 0 : -1; round < rounds; round++) {
      // Every other round runs backwards, so that no entry always follows the same one.
      for (const entry of round % 2 === 0 ? all : all.toReversed()) {
        const ask = { ...row.command, ...entry.ask };
        const session = sessions?.get(entry);
        const result = session ? await session.ask(ask) : await askOnce(entry, ask);
        if (round >= 0) results.get(entry)!.push(result);
      }
    }
  } finally {
    for (const session of sessions?.values() ?? []) await session[Symbol.asyncDispose]();
  }
  return row.metrics.map((metric) => line(row, metric, results));
}

/** Runs each entry once, all at the same time, to see that it works. */
export async function tryRow(row: Row): Promise<Line[]> {
  const count = Math.min(row.command.count, 3);
  const command = { ...row.command, count };
  const results = await Promise.all(
    entriesOf(row).map(async (entry) => [entry, [await askOnce(entry, { ...command, ...entry.ask })]] as const),
  );
  return row.metrics.map((metric) => line(row, metric, new Map(results)));
}

function entriesOf(row: Row): Entry[] {
  return [...new Set(row.entries.flatMap((entry) => (entry.base ? [entry.base, entry] : [entry])))];
}

async function startAll(all: readonly Entry[]): Promise<Map<Entry, Session>> {
  return new Map(await Promise.all(all.map(async (entry) => [entry, await Session.start(entry)] as const)));
}

async function askOnce(entry: Entry, ask: object): Promise<Record<string, number>> {
  await using session = await Session.start(entry);
  return await session.ask(ask);
}

function line(row: Row, metric: Metric, results: Rounds): Line {
  const { key, scale = 1, unit, better, title, targets = {}, absolute = false, against } = metric;
  const values = (entry: Entry) => results.get(entry)!.map((result) => result[key]! * scale);
  const base = (entry: Entry) =>
    against ? row.entries.find(({ column }) => column === against[entry.column])! : (entry.base ?? row.entries[0]!);
  const cells = row.entries
    .filter((entry) => values(entry).every(Number.isFinite) && (!against || entry.column in against))
    .map((entry) => {
      const ratio = base(entry) === entry ? undefined : ratios(values(entry), values(base(entry)));
      return { column: entry.column, value: summarize(values(entry)), ratio };
    });
  if (cells.length === 0) throw new Error(`${row.name}: nobody measured ${key}`);
  return { row: row.name, title, unit, better, targets, absolute, cells };
}
