import { expect } from "../run/verdicts.js";
import type { HostRun } from "./run-host.js";

/** The host did with this plugin what it does with one that keeps every rule. */
export function expectAccepted(run: HostRun, reference: HostRun, what: string): void {
  const paths = new Set(run.calls.map(({ path }) => path));
  const missing = [...new Set(reference.calls.map(({ path }) => path))].filter((path) => !paths.has(path));
  expect(
    missing.length === 0,
    `${what} to be accepted`,
    `the host did not call ${missing.join(", ")}, and ended ${run.end}`,
  );
  expect(
    run.code === reference.code,
    `${what} to change nothing`,
    `the host ended ${run.end}, otherwise ${reference.end}`,
  );
}

/** The host refused this plugin: it made no call, and ended. */
export function expectRefused(run: HostRun, what: string): void {
  const called = run.calls.map(({ path }) => path).join(", ");
  expect(run.calls.length === 0, `${what} to be refused`, `the host called ${called}`);
  expect(run.ended, `a host that ends after ${what}`, `it ended ${run.end}`);
}
