import type { Lane } from "./lane.js";

export type Outcome = "passed" | "failed" | "left out";

/**
 * Runs lanes side by side, at most `slots` at once. Each starts when the lanes that it needs have passed, in list
 * order. A lane that needs a failed one is skipped; all others run to their end.
 */
export async function runLanes(
  lanes: readonly Lane[],
  slots: number,
  run: (lane: Lane) => Promise<boolean>,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const waiting = [...lanes];
  const running = new Set<Promise<void>>();
  for (;;) {
    leaveOutHopeless(waiting, outcomes);
    for (let lane = next(waiting, outcomes); lane && running.size < slots; lane = next(waiting, outcomes)) {
      waiting.splice(waiting.indexOf(lane), 1);
      const { name } = lane;
      const ended: Promise<void> = run(lane).then((passed) => {
        outcomes.set(name, passed ? "passed" : "failed");
        running.delete(ended);
      });
      running.add(ended);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (waiting.length > 0) throw new Error(`lanes wait for each other: ${waiting.map(({ name }) => name).join(", ")}`);
  return outcomes;
}

function next(waiting: readonly Lane[], outcomes: ReadonlyMap<string, Outcome>): Lane | undefined {
  return waiting.find(({ after = [] }) => after.every((name) => outcomes.get(name) === "passed"));
}

function leaveOutHopeless(waiting: Lane[], outcomes: Map<string, Outcome>): void {
  const isLost = ({ after = [] }: Lane) =>
    after.some((name) => outcomes.get(name) === "failed" || outcomes.get(name) === "left out");
  for (let lane = waiting.find(isLost); lane; lane = waiting.find(isLost)) {
    waiting.splice(waiting.indexOf(lane), 1);
    outcomes.set(lane.name, "left out");
  }
}
