import { describe, test } from "vitest";
import { referenceFor } from "./reference.js";
import { type Plan, pairs, runPair } from "./run-pair.js";

const brokered = [
  "ping",
  "callback",
  "call-plugin",
  "same-id-both-ways",
  "both-ways-at-once",
  "host-accepts-late",
  "plugin-accepts-late",
  "nobody-comes",
  "closed-client",
  "hung-up-on",
  "raw-both-ways",
];
const calls = ["out-of-order", "out-of-order-back", "abandoned", "errors", "structures"];
const transfers = ["blob", "read", "write", "host-reads-slowly", "plugin-reads-slowly"];

// TLS is a layer below: these scenarios use it in every way.
const secured = [
  "ping",
  "callback",
  "call-plugin",
  "both-ways-at-once",
  "raw-both-ways",
  "out-of-order",
  "read",
  "write",
];

const plans: readonly (readonly [string, Plan])[] = [
  ["brokered connections and calls", { scenarios: [...brokered, ...calls] }],
  ["brokered connections and calls under AutoMTLS", { scenarios: secured, autoMtls: true }],
  ["much data", { scenarios: transfers }],
  ["100 MB of output", { scenarios: ["output"] }],
  ["a call that is left in flight", { scenarios: ["left-in-flight"] }],
];

// Part of the time is spent waiting for timeouts.
describe.concurrent.each(plans)("%s", (_, plan) => {
  test.for(pairs)(
    "a %s host and a %s plugin do to each other what Go and Go do",
    async ([host, plugin], { expect }) => {
      const [run, reference] = await Promise.all([runPair([host, plugin], plan), referenceFor(plan)]);
      for (const name of plan.scenarios) {
        expect.soft(run.outcomes[name], name).toEqual(reference.outcomes[name]);
      }
      expect(run.end.inFlight).toEqual(reference.end.inFlight);
      // Go's plugin may exit before it has answered; its host then kills it.
      if (plugin === "TypeScript") expect(run).toMatchObject({ end: { exited: true, forced: false }, leftovers: [] });
      else expect(run.end.exited).toBe(true);
    },
  );
});
