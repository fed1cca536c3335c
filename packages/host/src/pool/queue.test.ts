import { expect, test } from "vitest";
import { loadCallErrors } from "../supervise/call-errors.js";
import { CallQueue } from "./queue.js";

test("many calls wait on one signal without a warning, and all end with it", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const end = new AbortController();
  const queue = new CallQueue<object>(1_000, await loadCallErrors("grpc"));
  const waits = Array.from({ length: 300 }, () => queue.wait({ signal: end.signal }));
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
  expect(queue.length).toBe(300);
  end.abort(new Error("enough"));
  const outcomes = await Promise.allSettled(waits);
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(queue.length).toBe(0);
});
