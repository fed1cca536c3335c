import { describe, test } from "vitest";
import { combinations } from "./combinations.js";
import { type Language, type Run, runPair, type Settings } from "./run-pair.js";

// These behave the same with either kind of broker. The plain broker's offers time out.
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

// Between two Go processes, multiplexing sometimes loses these: the host gives a stream to another id that is dialed at
// the same time, and a dialer that gave up never opens the stream granted to it later. The plain broker's outcome is
// the right one for both.
const asPlain = ["concurrent-callbacks", "accepted-too-late"];

const pairs: readonly (readonly [Language, Language])[] = [
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
];

const inGo = new Map<Settings, Promise<Run>>();

/** Go's outcome with Go, measured once. */
function referenceFor(settings: Settings): Promise<Run> {
  const known = inGo.get(settings);
  if (known) return known;
  const names = settings.multiplex ? everywhere : [...everywhere, ...asPlain];
  const run = runPair("Go", "Go", settings, names);
  inGo.set(settings, run);
  return run;
}

// Most of the time is spent waiting for timeouts.
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
      // A Go plugin leaves the sockets of services that it did not stop.
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

/** The two kinds of broker use different words for what they wait for. */
function withoutTimeouts(outcome: unknown): unknown {
  const text = JSON.stringify(outcome);
  return JSON.parse(text.replaceAll(/timeout waiting for [a-z ]+/g, "timeout"));
}
