import { describe, expect, test } from "vitest";
import { type Lane, selectLanes } from "./lane.js";
import { ciLanes, testLanes } from "./lanes.js";
import { runFailedAgain, runLanes } from "./run-lanes.js";

const lane = (name: string, ...after: string[]): Lane => ({ name, command: name, after });

/** Runs lanes and records when each starts and ends. */
async function record(lanes: readonly Lane[], slots: number, fails: readonly string[] = []) {
  const log: string[] = [];
  const outcomes = await runLanes(lanes, slots, async ({ name }) => {
    log.push(`+${name}`);
    await new Promise(setImmediate);
    log.push(`-${name}`);
    return !fails.includes(name);
  });
  return { log, outcomes: Object.fromEntries(outcomes) };
}

describe("runLanes", () => {
  test("runs as many at once as there are slots, those further up first", async () => {
    const { log } = await record([lane("a"), lane("b"), lane("c")], 2);
    expect(log).toEqual(["+a", "+b", "-a", "+c", "-b", "-c"]);
  });

  test("a lane waits for those that it needs, and lets others pass", async () => {
    const { log } = await record([lane("tests", "build"), lane("build"), lane("lint")], 1);
    expect(log).toEqual(["+build", "-build", "+tests", "-tests", "+lint", "-lint"]);
  });

  test("after a failure others go on, and what needs it is left out", async () => {
    const lanes = [lane("build"), lane("programs", "build"), lane("tests", "programs"), lane("lint")];
    const { outcomes } = await record(lanes, 1, ["build"]);
    expect(outcomes).toEqual({ build: "failed", programs: "left out", tests: "left out", lint: "passed" });
  });

  test("lanes that wait for each other are an error instead of a hang", async () => {
    await expect(record([lane("a", "b"), lane("b", "a")], 1)).rejects.toThrow("lanes wait for each other: a, b");
  });
});

describe("runFailedAgain", () => {
  const lanes = [lane("build"), lane("tests", "build"), lane("more", "tests"), lane("lint")];
  const first = () =>
    new Map(Object.entries({ build: "passed", tests: "failed", more: "left out", lint: "passed" } as const));

  /** Runs what has failed again, and writes down which lanes that were. */
  async function again(outcomes: Parameters<typeof runFailedAgain>[1], passes: boolean) {
    const ran: string[] = [];
    const unstable = await runFailedAgain(lanes, outcomes, async ({ name }) => {
      ran.push(name);
      return passes;
    });
    return { ran, unstable, outcomes: Object.fromEntries(outcomes) };
  }

  test("names what passes alone, and runs what was left out for it", async () => {
    const { ran, unstable, outcomes } = await again(first(), true);
    expect(ran).toEqual(["tests", "more"]);
    expect(unstable).toEqual(["tests"]);
    expect(outcomes).toEqual({ build: "passed", tests: "passed", more: "passed", lint: "passed" });
  });

  test("what fails twice has failed", async () => {
    const { ran, unstable, outcomes } = await again(first(), false);
    expect(ran).toEqual(["tests"]);
    expect(unstable).toEqual([]);
    expect(outcomes).toMatchObject({ tests: "failed", more: "left out" });
  });

  test("leaves many failures alone", async () => {
    const outcomes = new Map(lanes.map(({ name }) => [name, "failed" as const]));
    expect((await again(outcomes, true)).ran).toEqual([]);
  });
});

describe("selectLanes", () => {
  const lanes = [lane("build"), lane("node-22", "build"), lane("node-24", "build"), lane("lint")];

  test("takes what begins with a name, and what that needs", () => {
    expect(selectLanes(lanes, ["node"]).map(({ name }) => name)).toEqual(["build", "node-22", "node-24"]);
    expect(selectLanes(lanes, [])).toEqual(lanes);
  });

  test("leaves out what runs by name only, unless it is named", () => {
    const slow: Lane = { ...lane("slow", "build"), byNameOnly: true };
    expect(selectLanes([...lanes, slow], [])).toEqual(lanes);
    expect(selectLanes([...lanes, slow], ["slow"]).map(({ name }) => name)).toEqual(["build", "slow"]);
  });

  test("refuses an unknown name", () => {
    expect(() => selectLanes(lanes, ["nod-22"])).toThrow("got nod-22. There are: build, node-22, node-24, lint");
  });
});

test("the lanes of this repository need only lanes that exist, and have a name of their own", () => {
  for (const lanes of [testLanes, ciLanes]) {
    const names = lanes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { after = [] } of lanes) expect(names).toEqual(expect.arrayContaining([...after]));
  }
});
