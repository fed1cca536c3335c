import type { Rule } from "../rule.js";

/**
 * - `failed`: a MUST is broken. `warned`: a SHOULD is.
 * - `not applicable`: the rule says nothing here, or an option is missing; never as good as passed.
 * - `blocked`: could not run, because another rule is broken.
 * - `error`: the kit itself failed.
 */
export type Outcome = "passed" | "failed" | "warned" | "not applicable" | "blocked" | "error";

/** What a check found out. */
export interface CheckResult {
  readonly rule: Rule;
  readonly outcome: Outcome;
  /** Why it is not applicable, what it is blocked by, or the kit's error. */
  readonly reason?: string;
  /** The rule that it is blocked by. */
  readonly blockedBy?: string;
  /** What the rule asks for, and what came instead. */
  readonly expected?: string;
  readonly actual?: string;
  /** What was said and seen, line by line. */
  readonly trace: readonly string[];
  readonly durationMs: number;
  /** Whether the baseline names it: a known failure. */
  readonly known?: boolean;
}

/** The results of a run, in the order of the rules. */
export interface Report {
  readonly kind: "check" | "check-host";
  readonly subject: string;
  readonly results: readonly CheckResult[];
  /** Rules of the baseline that pass now: it has to be shortened. */
  readonly stale: readonly string[];
  /** Whether nothing failed that the baseline does not name, nothing of it is stale, and the kit had no error. */
  readonly ok: boolean;
}
