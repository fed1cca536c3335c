import { writeFileSync } from "node:fs";

/** The most memory that this process has while `run` runs, over what it had before. */
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

/** Writes the most memory that this process will have had at its end, over what it has now. */
export function writeGrowthAtExit(file: string): void {
  const before = process.memoryUsage.rss();
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024 - before)));
}
