// `npm run fuzz -- [--seconds n] [--seed n] [target…]`: feeds changed inputs to every parser of what the other process sends.
// An input that failed is kept in corpus/, and is tried first from then on.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom, mutate } from "./mutate.js";
import { type Target, targets } from "./targets.js";

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Date.now() % 1e9);
const chosen = positionals.length === 0 ? targets : targets.filter(({ name }) => positionals.includes(name));
if (chosen.length === 0) throw new Error(`expected targets of ${targets.map(({ name }) => name).join(", ")}`);
const msEach = (Number(values.seconds) * 1000) / chosen.length;
/** No input of 64 KiB or less may take longer than this, on a busy machine. */
const maxMsPerInput = 5_000;
const maxHeapGrowth = 512 << 20;

let escaped: unknown;
process.on("unhandledRejection", (error) => (escaped = error));
process.on("uncaughtException", (error) => (escaped = error));

function corpusOf(target: Target): string {
  return join(import.meta.dirname, "corpus", target.name);
}

async function attempt(target: Target, input: Buffer): Promise<unknown> {
  const started = performance.now();
  const heap = process.memoryUsage().heapUsed;
  let timer: NodeJS.Timeout | undefined;
  // It also keeps this process alive while nothing else does: what is waited for may never come.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of the input within ${maxMsPerInput} ms`)), maxMsPerInput);
  });
  try {
    await Promise.race([target.run(input), late]);
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
  if (escaped !== undefined) return escaped;
  const took = performance.now() - started;
  if (took > maxMsPerInput) return new Error(`the input took ${Math.round(took)} ms`);
  const grown = process.memoryUsage().heapUsed - heap;
  return grown > maxHeapGrowth ? new Error(`the heap has grown by ${grown} bytes`) : undefined;
}

async function fuzz(target: Target): Promise<boolean> {
  mkdirSync(corpusOf(target), { recursive: true });
  const kept = readdirSync(corpusOf(target)).map((file) => readFileSync(join(corpusOf(target), file)));
  const seeds = [...target.seeds, ...kept];
  const random = createRandom(seed);
  const end = performance.now() + msEach;
  let count = 0;
  for (; count < seeds.length || performance.now() < end; count++) {
    const input = count < seeds.length ? seeds[count]! : mutate(seeds, random);
    const error = await attempt(target, input);
    if (error === undefined) continue;
    const file = join(corpusOf(target), `seed-${seed}-${count}.bin`);
    writeFileSync(file, input);
    console.error(`${target.name}: input ${count} of seed ${seed} failed, and is in ${file}:`, error);
    return false;
  }
  console.log(`${target.name}: ${count} inputs, none failed (seed ${seed})`);
  return true;
}

let passed = true;
for (const target of chosen) passed = (await fuzz(target)) && passed;
// Connections that were left open must not keep this alive.
process.exit(passed ? 0 : 1);
