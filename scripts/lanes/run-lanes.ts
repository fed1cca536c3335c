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

/** More failures than these are no accident, and are not run again. */
const mostAccidents = 3;

/**
 * Runs failed lanes once more, alone, and then those that were left out for them: among three thousand tests of real
 * processes side by side, one may fail for the machine's load.
 *
 * @param outcomes of the first run; holds those of the second afterwards
 * @returns the lanes that passed only alone
 */
export async function runFailedAgain(
  lanes: readonly Lane[],
  outcomes: Map<string, Outcome>,
  run: (lane: Lane) => Promise<boolean>,
): Promise<string[]> {
  const failed = lanes.filter(({ name }) => outcomes.get(name) === "failed");
  if (failed.length > mostAccidents) return [];
  const hasPassed = (name: string) => outcomes.get(name) === "passed";
  const again = lanes
    .filter(({ name }) => !hasPassed(name))
    .map((lane) => ({ ...lane, after: lane.after?.filter((name) => !hasPassed(name)) ?? [] }));
  for (const [name, outcome] of await runLanes(again, 1, run)) outcomes.set(name, outcome);
  return failed.map(({ name }) => name).filter(hasPassed);
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
