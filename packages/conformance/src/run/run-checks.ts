import type { Rule } from "../rule.js";
import { isMust, ruleOf } from "../rules.js";
import type { Baseline } from "./baseline.js";
import type { CheckResult, Report } from "./result.js";
import { Trace } from "./trace.js";
import { Blocked, Failure, NotApplicable } from "./verdicts.js";

/** Sees whether one rule is kept. It returns, or throws Failure, NotApplicable or Blocked; anything else is the kit's. */
export interface Check<Subject> {
  readonly rule: string;
  /** Rules without which it cannot be seen: they are looked at first. */
  readonly needs?: readonly string[];
  run(subject: Subject, trace: Trace): Promise<void>;
}

export interface RunOptions {
  /** Ids of rules, with `*` for any characters: `BRK-*`. @default all */
  readonly only?: readonly string[];
  readonly baseline?: Baseline;
  /** The number of checks that run at a time. @default 4 */
  readonly concurrency?: number;
  /** Milliseconds that one check has. @default 30000 */
  readonly checkTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called as each check ends. */
  readonly onResult?: (result: CheckResult) => void;
}

/** Runs the checks whose rules are selected. */
export async function runChecks<Subject>(
  kind: Report["kind"],
  name: string,
  checks: readonly Check<Subject>[],
  subject: Subject,
  options: RunOptions = {},
): Promise<Report> {
  const { only, baseline, concurrency = 4, checkTimeoutMs = 30_000, signal, onResult } = options;
  const running = new Map<string, Promise<CheckResult>>();
  const slots = createSlots(concurrency);

  const resultOf = (check: Check<Subject>): Promise<CheckResult> => {
    const known = running.get(check.rule);
    if (known) return known;
    const result = start(check);
    running.set(check.rule, result);
    return result;
  };
  const start = async (check: Check<Subject>): Promise<CheckResult> => {
    for (const need of check.needs ?? []) {
      const needed = await resultOf(checks.find(({ rule }) => rule === need)!);
      const broken = blockingRule(needed);
      if (broken) return finish(check.rule, performance.now(), new Trace(), new Blocked(broken));
    }
    return slots(async () => {
      const trace = new Trace();
      const began = performance.now();
      try {
        signal?.throwIfAborted();
        await within(checkTimeoutMs, check.run(subject, trace));
        return finish(check.rule, began, trace);
      } catch (error) {
        return finish(check.rule, began, trace, error);
      }
    });
  };

  const selected = checks.filter(({ rule }) => matches(rule, only));
  const results = await Promise.all(
    selected.map(async (check) => {
      const result = { ...(await resultOf(check)), ...(baseline?.has(check.rule) && { known: true }) };
      onResult?.(result);
      return result;
    }),
  );
  signal?.throwIfAborted();
  const stale = results.filter(({ known, outcome }) => known && outcome === "passed").map(({ rule }) => rule.id);
  const bad = ({ outcome, known, blockedBy }: CheckResult) =>
    outcome === "error" ||
    (outcome === "failed" && !known) ||
    // A check that could not see anything proves nothing, unless the failure in its way is known, or only a warning.
    (blockedBy !== undefined && isMust(ruleOf(blockedBy)) && !baseline?.has(blockedBy));
  return { kind, subject: name, results, stale, ok: !results.some(bad) && stale.length === 0 };
}

/** The rule that keeps others from being seen, if the result says that it is broken. */
function blockingRule({ outcome, rule, blockedBy }: CheckResult): string | undefined {
  if (outcome === "blocked") return blockedBy;
  return outcome === "failed" || outcome === "warned" || outcome === "error" ? rule.id : undefined;
}

function finish(id: string, began: number, trace: Trace, error?: unknown): CheckResult {
  const rule = ruleOf(id);
  const base = { rule, trace: trace.lines, durationMs: Math.round(performance.now() - began) };
  if (error === undefined) return { ...base, outcome: "passed" };
  if (error instanceof Failure) {
    const { expected, actual } = error;
    return { ...base, outcome: isMust(rule) ? "failed" : "warned", expected, actual };
  }
  if (error instanceof NotApplicable) return { ...base, outcome: "not applicable", reason: error.message };
  if (error instanceof Blocked) {
    // The rule's own check says what came; a rule cannot be blocked by itself.
    if (error.rule === id) return { ...base, outcome: isMust(rule) ? "failed" : "warned", ...described(rule, error) };
    return { ...base, outcome: "blocked", reason: error.message, blockedBy: error.rule };
  }
  return { ...base, outcome: "error", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

const described = (rule: Rule, error: Error) => ({ expected: rule.text, actual: error.message });

/**
 * `BRK-*` names every rule of the broker.
 *
 * @example
 * ```ts
 * matches("BRK-3", ["BRK-*"]); // true
 * ```
 */
export function matches(id: string, patterns: readonly string[] | undefined): boolean {
  if (!patterns || patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${escaped}$`, "i").test(id);
  });
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `the other side kept the check waiting for ${timeoutMs / 1000} s`;
    timer = setTimeout(() => reject(new Failure("an end of what the trace shows", text)), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** At most `count` pieces of work at a time. */
function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
