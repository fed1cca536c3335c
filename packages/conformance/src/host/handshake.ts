import type { PluginPlan } from "../peer/plan.js";
import type { Check } from "../run/run-checks.js";
import { expect, NotApplicable } from "../run/verdicts.js";
import { expectAccepted, expectRefused } from "./judge.js";
import type { HostSubject } from "./subject.js";

const rest = "{network}|{address}|{protocol}";

export const hostHandshakeChecks: readonly Check<HostSubject>[] = [
  accepts("HS-20", "a line with white space around it", {
    line: ` \t1|{version}|${rest}|{certificate}{multiplex}  \r\n`,
  }),
  {
    rule: "HS-21",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      const { PLUGIN_CLIENT_CERT: certificate, PLUGIN_MULTIPLEX_GRPC: multiplex } = reference.env;
      if (!certificate && !multiplex) {
        expectAccepted(await subject.run({ line: `1|{version}|${rest}\n` }, trace), reference, "a line of five fields");
      }
      const line = `1|{version}|${rest}|{certificate}${multiplex ? "{multiplex}" : "|"}|later|fields\n`;
      expectAccepted(await subject.run({ line }, trace), reference, "a line of nine fields");
    },
  },
  refuses("HS-23", "core version 2", { line: `2|{version}|${rest}|{certificate}{multiplex}\n` }),
  refuses("HS-24", "a version that was not offered", { line: `1|999999|${rest}|{certificate}{multiplex}\n` }),
  refuses("HS-25", "the network udp", { line: "1|{version}|udp|{address}|{protocol}|{certificate}{multiplex}\n" }),
  refuses("HS-26", "the protocol http", { line: "1|{version}|{network}|{address}|http|{certificate}{multiplex}\n" }),
  refuses("HS-27", "a first line that is none, before one that is", {
    line: `starting\n1|{version}|${rest}|{certificate}{multiplex}\n`,
  }),
  {
    rule: "HS-28",
    async run(subject, trace) {
      await subject.reference(trace);
      const run = await subject.run({ line: `2|{version}|${rest}|\n`, outlivesHost: true }, trace);
      expect(!run.pluginLeft, "an end of the plugin that was refused", "its process is still there");
    },
  },
  {
    rule: "HS-29",
    async run(subject, trace) {
      const { startTimeoutMs, timeoutMs } = subject.settings;
      if (startTimeoutMs === undefined) throw new NotApplicable("--start-timeout does not say how long the host waits");
      if (startTimeoutMs >= timeoutMs) throw new NotApplicable("--timeout is not above --start-timeout");
      await subject.reference(trace);
      const run = await subject.run({ silent: true }, trace);
      expect(run.ended, "a host that gives up on a plugin that prints nothing", `it ended ${run.end}`);
    },
  },
  {
    rule: "HS-30",
    async run(subject, trace) {
      await subject.reference(trace);
      const run = await subject.run({ line: "x".repeat(200_000) }, trace);
      expect(run.ended, "a host that gives up on a line without an end", `it ended ${run.end}`);
    },
  },
  accepts("HS-31", "a line that comes in pieces", { pieces: 5 }),
  {
    rule: "HS-32",
    async run(subject, trace) {
      const reference = await subject.reference(trace);
      if (reference.env.PLUGIN_CLIENT_CERT) throw new NotApplicable("the host uses the sixth field");
      const line = `1|{version}|${rest}|extra data of an old plugin{multiplex}\n`;
      expectAccepted(await subject.run({ line }, trace), reference, "a short sixth field");
    },
  },
];

function accepts(rule: string, what: string, plan: PluginPlan): Check<HostSubject> {
  return {
    rule,
    async run(subject, trace) {
      expectAccepted(await subject.run(plan, trace), await subject.reference(trace), what);
    },
  };
}

function refuses(rule: string, what: string, plan: PluginPlan): Check<HostSubject> {
  return {
    rule,
    async run(subject, trace) {
      await subject.reference(trace);
      expectRefused(await subject.run(plan, trace), what);
    },
  };
}
