import type { Check } from "../run/run-checks.js";
import { expect, NotApplicable } from "../run/verdicts.js";
import { methods } from "../wire/methods.js";
import { expectAccepted, expectRefused } from "./judge.js";
import type { HostSubject } from "./subject.js";

const yamuxOpensStreamOne = /^000100010000000100000000/;

export const hostConnectionChecks: readonly Check<HostSubject>[] = [
  drains("OUT-1", "stdout"),
  drains("OUT-2", "stderr"),
  {
    rule: "OUT-6",
    async run(subject, trace) {
      const { calls } = await subject.reference(trace);
      const called = calls.some(({ path }) => path === methods.stdio);
      expect(called, `a call of ${methods.stdio}`, "there was none");
    },
  },
  {
    rule: "LOG-7",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const stderr = '{"@level":1,"@message":null,"@timestamp":[]}\n\u0000\u0001{"@level"\n';
      expectAccepted(await subject.run({ stderr }, trace), reference, "a log entry of numbers and null");
    },
  },
  {
    rule: "GRPC-5",
    async run(subject, trace) {
      const { calls } = await subject.reference(trace);
      const bad = calls.find(({ authority }) => !/^[A-Za-z0-9.\-_~[\]:]+$/.test(authority));
      expect(!bad, "a valid :authority", `${bad?.path} has ${JSON.stringify(bad?.authority)}`);
    },
  },
  {
    rule: "GRPC-10",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const grpc = { stdio: "unimplemented", broker: "unimplemented" } as const;
      const run = await subject.run({ end: "unimplemented", grpc }, trace);
      expectAccepted(run, reference, "a plugin without Stdio, Broker and Controller");
    },
  },
  {
    rule: "GRPC-13",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const run = await subject.run({ grpc: { lateHeaders: true } }, trace);
      expectAccepted(run, reference, "streams whose headers come with their first message");
    },
  },
  {
    rule: "BRK-1",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const called = reference.calls.some(({ path }) => path === methods.broker);
      expect(called, `a call of ${methods.broker}`, "there was none");
      // The connection ends after Shutdown.
      const end = reference.observations.findIndex((seen) => seen.saw === "call" && seen.path === methods.shutdown);
      const before = end === -1 ? reference.observations : reference.observations.slice(0, end);
      const closed = before.some((seen) => seen.saw === "half-close" && seen.path === methods.broker);
      expect(!closed, "a StartStream that the host keeps open", "it closed its half");
    },
  },
  {
    rule: "MUX-2",
    async run(subject, trace) {
      await multiplexing(subject, trace);
      const run = await subject.run({ multiplex: { refused: true } }, trace);
      expectRefused(run, "a plugin that does not say that it multiplexes");
    },
  },
  {
    rule: "MUX-3",
    async run(subject, trace) {
      const connections = (await multiplexing(subject, trace)).saw("connection");
      expect(connections.length === 1, "one connection", `there were ${connections.length}`);
      const { first } = connections[0]!;
      expect(
        yamuxOpensStreamOne.test(first),
        "a window update that opens stream 1 as the first frame",
        `there came ${first}`,
      );
    },
  },
];

function drains(rule: string, output: "stdout" | "stderr"): Check<HostSubject> {
  return {
    rule,
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const run = await subject.run({ flood: output }, trace);
      const drained = run.saw("drained").length > 0;
      expect(drained, `a MiB of ${output} to be read`, `the plugin waits for ever; the host ended ${run.end}`);
      expectAccepted(run, reference, `a MiB of ${output}`);
    },
  };
}

/** The reference of a host that asks for multiplexing. */
async function multiplexing(subject: HostSubject, trace: Parameters<HostSubject["reference"]>[0]) {
  const reference = await subject.reference(trace);
  if (reference.env.PLUGIN_MULTIPLEX_GRPC) return reference;
  throw new NotApplicable("the host does not ask for multiplexing");
}
