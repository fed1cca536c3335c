import type { Rule } from "../rule.js";

/**
 * - `failed`: a MUST is broken. `warned`: a SHOULD is.
 * - `not applicable`: the rule says nothing here, or an option is missing; never as good as passed.
 * - `blocked`: could not run, because another rule is broken.
 * - `error`: the kit itself failed.
 */
export type Outcome = "passed" | "failed" | "warned" | "not applicable" | "blocked" | "error";

/** The result of a check. */
export interface CheckResult {
  readonly rule: Rule;
  readonly outcome: Outcome;
  /** The reason why it is not applicable, the rule that blocks it, or the kit's error. */
  readonly reason?: string;
  /** The rule that it is blocked by. */
  readonly blockedBy?: string;
  /** The behaviour that the rule asks for, and the one that was seen. */
  readonly expected?: string;
  readonly actual?: string;
  /** The trace of the check, line by line. */
  readonly trace: readonly string[];
  readonly durationMs: number;
  /** True for a known failure, which the baseline names. */
  readonly known?: boolean;
}

/** The results of a run, in the order of the rules. */
export interface Report {
  readonly kind: "check" | "check-host";
  readonly subject: string;
  readonly results: readonly CheckResult[];
  /** Rules of the baseline that pass now: it has to be shortened. */
  readonly stale: readonly string[];
  /** True if every failure is in the baseline, no entry of it is stale, and the kit had no error. */
  readonly ok: boolean;
}
