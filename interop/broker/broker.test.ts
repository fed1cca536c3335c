import { beforeAll, describe, expect, test } from "vitest";
import { type Language, type Run, runPair, type Settings } from "./run-pair.js";

// What these do is the same with either kind of broker, and the offers of the plain one time out.
const everywhere = [
  "ping",
  "callback",
  "call-plugin",
  "same-id-both-ways",
  "host-accepts-late",
  "plugin-accepts-late",
  "nobody-accepts",
  "dial-twice",
  "dial-stopped",
  "sequential-ids",
  "concurrent-calls",
  "concurrent-dials",
  "pull",
  "push",
  "read",
  "write",
  "plugin-reads-slowly",
  "host-reads-slowly",
  "stdout-while-transferring",
];

// Go with Go loses step here when it multiplexes: its host now and then gives a stream to another of the ids that are
// dialed at once, and a dialer that gave up does not open the stream that it is granted later. What a plain broker
// does is right for both.
const asPlain = ["concurrent-callbacks", "accepted-too-late"];

const pairs: readonly (readonly [Language, Language])[] = [
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
];

const combinations: readonly (readonly [string, Settings])[] = [
  ["plain", { multiplex: false, autoMtls: false }],
  ["plain with AutoMTLS", { multiplex: false, autoMtls: true }],
  ["multiplexed", { multiplex: true, autoMtls: false }],
  ["multiplexed with AutoMTLS", { multiplex: true, autoMtls: true }],
];

let plainInGo: Run;
beforeAll(async () => {
  plainInGo = await runPair("Go", "Go", { multiplex: false, autoMtls: false }, [...everywhere, ...asPlain]);
});

describe.each(combinations)("%s", (_, settings) => {
  let inGo: Run["outcomes"];
  beforeAll(async () => {
    const { outcomes } =
      settings.multiplex || settings.autoMtls ? await runPair("Go", "Go", settings, everywhere) : plainInGo;
    const rest = asPlain.map((name) => [name, withoutTimeouts(plainInGo.outcomes[name])]);
    inGo = { ...outcomes, ...Object.fromEntries(rest) };
  });

  test.each(pairs)("a %s host and a %s plugin do to each other what Go and Go do", async (host, plugin) => {
    const { outcomes, end, leftovers } = await runPair(host, plugin, settings, [...everywhere, ...asPlain]);
    for (const [name, outcome] of Object.entries(inGo)) {
      const expected = asPlain.includes(name) ? withoutTimeouts(outcomes[name]) : outcomes[name];
      expect.soft(expected, name).toEqual(outcome);
    }
    expect(end).toEqual({ exited: true, forced: false });
    // A Go plugin leaves the sockets behind whose services it did not stop.
    if (plugin === "TypeScript" || settings.multiplex) expect(leftovers).toEqual([]);
  });

  test.each(pairs)("a %s host whose %s plugin is killed has every call fail, and goes on", async (host, plugin) => {
    const [inGo, run] = await Promise.all([
      runPair("Go", "Go", settings, ["killed"]),
      runPair(host, plugin, settings, ["killed"]),
    ]);
    expect(run).toMatchObject({ outcomes: inGo.outcomes, end: { exited: true, forced: false } });
  });
});

/** The two kinds of broker name what they wait for differently. */
function withoutTimeouts(outcome: unknown): unknown {
  const text = JSON.stringify(outcome);
  return JSON.parse(text.replaceAll(/timeout waiting for [a-z ]+/g, "timeout"));
}
