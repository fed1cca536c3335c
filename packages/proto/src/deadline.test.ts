import { describe, expect, test, vi } from "vitest";
import { Deadline, within } from "./deadline.js";

const never = new Promise<never>(() => {});

function deadline(timeoutMs: number, signal?: AbortSignal): Deadline {
  return new Deadline({
    timeoutMs,
    signal,
    timeoutError: (step) => new Error(`timeout ${step}`),
    abortError: (cause) => new Error("aborted", { cause }),
  });
}

describe("a deadline", () => {
  test("names the innermost step that it was waiting for", async () => {
    const limit = deadline(5);
    await expect(limit.step("outer", () => limit.step("inner", () => never))).rejects.toThrow("timeout inner");
  });

  test("names the outer step again after the inner one", async () => {
    const limit = deadline(20);
    const work = async () => {
      await limit.step("inner", async () => {});
      await never;
    };
    await expect(limit.step("outer", work)).rejects.toThrow("timeout outer");
  });

  test("carries the reason of the caller's signal, also of one that had aborted before", async () => {
    const controller = new AbortController();
    const late = deadline(1_000, controller.signal);
    controller.abort("enough");
    const early = deadline(1_000, controller.signal);
    for (const limit of [late, early]) {
      await expect(limit.step("a step", () => never)).rejects.toMatchObject({ message: "aborted", cause: "enough" });
      limit.end();
    }
  });

  test("may share the caller's signal with any number of others", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const { signal } = new AbortController();
    const limits = Array.from({ length: 300 }, () => deadline(60_000, signal));
    await new Promise(setImmediate);
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
    for (const limit of limits) limit.end();
  });

  test("changes nothing after its end, and leaves no timer and no listener", () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const removed = vi.spyOn(controller.signal, "removeEventListener");
      const limit = deadline(10, controller.signal);
      limit.end();
      expect(vi.getTimerCount()).toBe(0);
      expect(removed).toHaveBeenCalledWith("abort", expect.any(Function));
      controller.abort();
      limit.cancel(new Error("too late"));
      expect(limit.signal.aborted).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("gives the full time again after a pause", async () => {
    vi.useFakeTimers();
    try {
      const limit = deadline(100);
      await vi.advanceTimersByTimeAsync(90);
      let release = () => {};
      const paused = limit.pauseFor(
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      );
      await vi.advanceTimersByTimeAsync(1_000);
      release();
      await paused;
      await vi.advanceTimersByTimeAsync(99);
      expect(limit.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(limit.signal.aborted).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("within resolves with the result, with undefined when it takes too long, and leaves no timer", async () => {
  expect(await within(never, 1)).toBeUndefined();
  vi.useFakeTimers();
  try {
    expect(await within(Promise.resolve(7), 1_000)).toBe(7);
    await expect(within(Promise.reject(new Error("failed")), 1_000)).rejects.toThrow("failed");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
