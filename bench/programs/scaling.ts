#!/usr/bin/env node
// Measures how a pool and worker threads scale, each as a ratio to one process and one thread of the same run, in rounds.
// `bench/build.ts` builds it; then `node bench/.build/programs/scaling.js` runs it.
import { fileURLToPath } from "node:url";
import { launch, pool, silentLogger } from "@go-plugin/host";
import { scalingPlugins } from "./scaling-shared.js";

interface Scaling {
  echo(request: Uint8Array): Promise<Uint8Array>;
  compute(request: Uint8Array): Promise<Uint8Array>;
}

const inFlight = 64;
const rounds = 5;
const plugin = fileURLToPath(new URL("./scaling-plugin.js", import.meta.url));
const options = (workers: number) => ({
  command: process.execPath,
  args: [plugin, String(workers)],
  logger: silentLogger,
});

interface Rate {
  readonly perSecond: number;
  /** CPU time of this process, the host. Other programs of the machine disturb it less than the rate. */
  readonly cpuMicros: number;
}

/** Makes calls with 64 in flight. */
async function rate(calls: number, call: () => Promise<unknown>): Promise<Rate> {
  let left = calls;
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const caller = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: calls / ((performance.now() - begin) / 1_000), cpuMicros: (user + system) / calls };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Measures both in turn, and prints the medians of the rates and of the ratios of each round. */
async function compare(title: string, calls: number, one: () => Promise<unknown>, other: () => Promise<unknown>) {
  await rate(calls / 2, one);
  await rate(calls / 2, other);
  const measured: { readonly one: Rate; readonly other: Rate }[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push({ one: await rate(calls, one), other: await rate(calls, other) });
  }
  const of = (key: keyof Rate, digits: number) => {
    const [ones, others] = [measured.map(({ one }) => one[key]), measured.map(({ other }) => other[key])];
    const ratio = median(others.map((value, round) => value / ones[round]!));
    return `${median(ones).toFixed(digits)} and ${median(others).toFixed(digits)}, ratio ${ratio.toFixed(2)}`;
  };
  console.log(`${title}: calls/s ${of("perSecond", 0)}; µs of the host's CPU for each ${of("cpuMicros", 1)}`);
}

/** The rounds of the loop that take a millisecond on this machine. */
async function calibrate(scaling: Scaling): Promise<Uint8Array> {
  let loops = 1_000_000;
  for (let attempt = 0; attempt < 5; attempt++) {
    const request = Buffer.alloc(4);
    request.writeUInt32LE(loops);
    const times: number[] = [];
    for (let n = 0; n < 50; n++) {
      const begin = performance.now();
      await scaling.compute(request);
      times.push(performance.now() - begin);
    }
    loops = Math.round(loops / times.toSorted((a, b) => a - b)[5]!);
  }
  const request = Buffer.alloc(4);
  request.writeUInt32LE(loops);
  return request;
}

await using launched = await launch(scalingPlugins, options(0));
const single = (await launched.dispense("scaling")) as Scaling;
const request = await calibrate(single);
{
  await using one = await pool(scalingPlugins, { ...options(0), size: 1 });
  const pooled = (await one.dispense("scaling")) as Scaling;
  const payload = Buffer.alloc(32);
  await compare(
    "cheap calls, launch and a pool of 1",
    20_000,
    () => single.echo(payload),
    () => pooled.echo(payload),
  );
}
{
  await using two = await pool(scalingPlugins, { ...options(0), size: 2 });
  const pooled = (await two.dispense("scaling")) as Scaling;
  await compare(
    "1 ms of CPU, launch and a pool of 2",
    1_000,
    () => single.compute(request),
    () => pooled.compute(request),
  );
}
{
  await using threaded = await launch(scalingPlugins, options(2));
  const threads = (await threaded.dispense("scaling")) as Scaling;
  await compare(
    "1 ms of CPU, one thread and workers: 2",
    1_000,
    () => single.compute(request),
    () => threads.compute(request),
  );
}
