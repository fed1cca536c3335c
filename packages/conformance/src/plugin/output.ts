import type { Check } from "../run/run-checks.js";
import type { Trace } from "../run/trace.js";
import { expect, NotApplicable } from "../run/verdicts.js";
import { encodeMessage } from "../wire/message.js";
import { methods } from "../wire/methods.js";
import { endByHost } from "./end-by-host.js";
import { grpcOf } from "./sessions.js";
import { startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2"];
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

export const outputChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "LOG-2",
    needs,
    async run(subject, trace) {
      for (const [line, entry] of await entriesOf(subject, trace)) {
        for (const key of ["@message", "@level", "@timestamp"]) {
          const ok = !(key in entry) || typeof entry[key] === "string";
          expect(ok, `a string as ${key}`, `the plugin wrote ${line}`);
        }
      }
    },
  },
  {
    rule: "LOG-3",
    needs,
    async run(subject, trace) {
      for (const [line, { "@timestamp": time }] of await entriesOf(subject, trace)) {
        const ok = typeof time !== "string" || timestamp.test(time);
        expect(ok, "@timestamp with six digits of fraction and a zone", `the plugin wrote ${line}`);
      }
    },
  },
  {
    rule: "LOG-4",
    needs,
    async run(subject, trace) {
      for (const [line, { "@level": level }] of await entriesOf(subject, trace)) {
        const ok = typeof level !== "string" || /^(trace|debug|info|warn|error)$/i.test(level.trim());
        expect(ok, "trace, debug, info, warn or error as @level", `the plugin wrote ${line}`);
      }
    },
  },
];

/** The log entries of a plugin that is started, asked for this and that, and ended. */
async function entriesOf(subject: PluginSubject, trace: Trace) {
  await using plugin = startPlugin(subject, trace);
  if ((await plugin.handshake()).protocol === "grpc") {
    const client = await grpcOf(plugin);
    await client.call(methods.health, encodeMessage([1, "plugin"]), subject.timeoutMs);
    client.close();
  }
  await endByHost(plugin).catch(() => {});
  await plugin.exitWithin(2_500);
  const entries = plugin.stderr.split("\n").flatMap((line): [string, Record<string, unknown>][] => {
    try {
      const entry = JSON.parse(line);
      return entry && typeof entry === "object" && Object.keys(entry).some((key) => key.startsWith("@"))
        ? [[line, entry]]
        : [];
    } catch {
      return [];
    }
  });
  if (entries.length === 0) throw new NotApplicable("the plugin wrote no log entry");
  return entries;
}
