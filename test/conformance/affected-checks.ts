import type { Report } from "@go-plugin/conformance";
import type { PluginPlan } from "../../packages/conformance/src/peer/plan.js";

/** A part of a plan that counts only after the host has done something, and how the trace of a check shows that. */
const triggers = {
  tls: / PLUGIN_CLIENT_CERT=/,
  multiplex: / PLUGIN_MULTIPLEX_GRPC=/,
  grpc: / > call | < GOAWAY | ! connection: /,
} satisfies Partial<Record<keyof PluginPlan, RegExp>>;

/**
 * The checks whose outcome the plan can change: all, unless each of its parts counts only after something that a check
 * did not do to the faultless plugin either. Up to the fault the two behave alike, so such a check sees no difference.
 */
export function affectedChecks(plan: PluginPlan, faultless: Report): readonly string[] | undefined {
  const parts = Object.keys(plan);
  const patterns = parts.map((part) => (triggers as Partial<Record<string, RegExp>>)[part]);
  if (!patterns.every((pattern) => pattern !== undefined)) return undefined;
  return faultless.results
    .filter(({ trace }) => trace.some((line) => patterns.some((pattern) => pattern.test(line))))
    .map(({ rule }) => rule.id);
}
