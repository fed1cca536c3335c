import { silentLogger } from "@go-plugin/proto";
import { describe, expect, test } from "vitest";
import { type SuperviseOptions, validateSuperviseOptions } from "./options.js";

const validate = (options: object) => validateSuperviseOptions({ command: "x", ...options } as SuperviseOptions);

describe("options of supervise", () => {
  test("have defaults, and leave the others to launch", () => {
    expect(validate({ logger: silentLogger, restart: { firstDelayMs: 5, maxDelayMs: undefined } })).toEqual({
      launch: { command: "x", logger: silentLogger },
      restart: { firstDelayMs: 5, maxDelayMs: 30_000, maxRestarts: 10, healthyAfterMs: 60_000 },
      waitForReady: true,
      prepare: undefined,
    });
  });

  test.each([
    [{ restart: 5 }, "option restart: expected an object, got 5"],
    [
      { restart: { delay: 1 } },
      "option restart.delay: expected one of firstDelayMs, maxDelayMs, maxRestarts, healthyAfterMs, got 'delay'",
    ],
    [
      { restart: { firstDelayMs: -1 } },
      "option restart.firstDelayMs: expected a number of milliseconds from 0 to 2147483647, got -1",
    ],
    [
      { restart: { maxDelayMs: Number.POSITIVE_INFINITY } },
      "option restart.maxDelayMs: expected a number of milliseconds",
    ],
    [
      { restart: { maxRestarts: 1.5 } },
      "option restart.maxRestarts: expected a whole number from 0 up, or Infinity, got 1.5",
    ],
    [
      { restart: { healthyAfterMs: Number.NaN } },
      "option restart.healthyAfterMs: expected a number of milliseconds from 0 up, or Infinity, got NaN",
    ],
    [{ waitForReady: "no" }, "option waitForReady: expected true or false, got 'no'"],
    [{ prepare: {} }, "option prepare: expected a function, got {}"],
  ])("are refused: %j", (options, message) => {
    expect(() => validate(options)).toThrow(expect.objectContaining({ code: "ERR_PLUGIN_OPTIONS" }));
    expect(() => validate(options)).toThrow(message);
  });

  test("may be without limits", () => {
    const restart = { maxRestarts: Number.POSITIVE_INFINITY, healthyAfterMs: Number.POSITIVE_INFINITY };
    expect(validate({ restart }).restart).toMatchObject(restart);
  });
});
