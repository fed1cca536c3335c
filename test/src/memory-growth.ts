import { writeFileSync } from "node:fs";

/** Runs `run`. @returns by how many bytes the memory of this process grew at most meanwhile. */
export async function growthDuring(run: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  await run();
  clearInterval(timer);
  return most - before;
}

/** At exit, writes to `file` by how many bytes the memory of this process has grown at most from now on. */
export function writeGrowthAtExit(file: string): void {
  const before = process.memoryUsage.rss();
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024 - before)));
}
