import type { Check } from "../run/run-checks.js";
import { expect } from "../run/verdicts.js";
import { methods } from "../wire/methods.js";
import type { HostSubject } from "./subject.js";

export const hostEndingChecks: readonly Check<HostSubject>[] = [
  {
    rule: "END-3",
    async run(subject, trace) {
      const { calls } = await subject.reference(trace);
      const called = calls.some(({ path }) => path === methods.shutdown);
      expect(called, `a call of ${methods.shutdown}`, "there was none");
    },
  },
  {
    rule: "END-4",
    async run(subject, trace) {
      await subject.reference(trace);
      const run = await subject.run({ end: "stay", outlivesHost: true }, trace);
      expect(!run.pluginLeft, "an end of a plugin that does not exit by itself", "its process is still there");
    },
  },
  {
    rule: "END-5",
    async run(subject, trace) {
      await subject.reference(trace);
      const run = await subject.run({ end: "never answer", outlivesHost: true }, trace);
      expect(run.ended, "a host that does not wait for ever for the answer to Shutdown", `it ended ${run.end}`);
    },
  },
  {
    rule: "END-6",
    async run(subject, trace) {
      await subject.reference(trace);
      const run = await subject.run({ grandchild: true }, trace);
      expect(run.ended, "a host that does not wait for whoever holds the plugin's pipes", `it ended ${run.end}`);
    },
  },
];
