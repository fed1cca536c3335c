import { connect, type Settings } from "./connect.js";
import { median, type Result } from "./measure.js";

/** Milliseconds from the start to the first reply, and from there to the end of the process. */
export async function measureLaunch(settings: Settings, count: number): Promise<Result> {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let launched = 0; launched < count; launched++) {
    const begin = performance.now();
    const plugin = await connect(settings);
    await plugin.firstCall();
    const started = performance.now();
    await plugin.close();
    starts.push(started - begin);
    ends.push(performance.now() - started);
  }
  return { first: median(starts.toSorted(ascending)), close: median(ends.toSorted(ascending)) };
}

function ascending(a: number, b: number): number {
  return a - b;
}
