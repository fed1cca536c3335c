import { describe, test } from "vitest";
import { combinations } from "./combinations.js";
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

const inGo = new Map<Settings, Promise<Run>>();

/** What Go and Go do, found out once. */
function referenceFor(settings: Settings): Promise<Run> {
  const known = inGo.get(settings);
  if (known) return known;
  const names = settings.multiplex ? everywhere : [...everywhere, ...asPlain];
  const run = runPair("Go", "Go", settings, names);
  inGo.set(settings, run);
  return run;
}

// Most of the time goes by in waiting for timeouts.
describe.concurrent.each(combinations)("%s", { timeout: 300_000 }, (_, settings) => {
  test.for(pairs)(
    "a %s host and a %s plugin do to each other what Go and Go do",
    async ([host, plugin], { expect }) => {
      const [{ outcomes, end, leftovers }, alike, plain] = await Promise.all([
        runPair(host, plugin, settings, [...everywhere, ...asPlain]),
        referenceFor(settings),
        referenceFor(combinations[0]![1]),
      ]);
      for (const name of everywhere) expect.soft(outcomes[name], name).toEqual(alike.outcomes[name]);
      for (const name of asPlain) {
        expect.soft(withoutTimeouts(outcomes[name]), name).toEqual(withoutTimeouts(plain.outcomes[name]));
      }
      expect(end).toEqual({ exited: true, forced: false });
      // A Go plugin leaves the sockets behind whose services it did not stop.
      if (plugin === "TypeScript" || settings.multiplex) expect(leftovers).toEqual([]);
    },
  );

  test.for(pairs)("a %s host whose %s plugin is killed has every call fail", async ([host, plugin], { expect }) => {
    const [killed, alike] = await Promise.all([
      runPair(host, plugin, settings, ["killed"]),
      runPair("Go", "Go", settings, ["killed"]),
    ]);
    expect(killed).toMatchObject({ outcomes: alike.outcomes, end: { exited: true, forced: false } });
  });
});

/** The two kinds of broker name what they wait for differently. */
function withoutTimeouts(outcome: unknown): unknown {
  const text = JSON.stringify(outcome);
  return JSON.parse(text.replaceAll(/timeout waiting for [a-z ]+/g, "timeout"));
}
