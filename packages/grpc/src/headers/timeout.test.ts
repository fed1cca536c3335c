import { describe, expect, test } from "vitest";
import { formatTimeout, parseTimeout } from "./timeout.js";

describe("grpc-timeout", () => {
  test.each([
    [0, "0m"],
    [-5, "0m"],
    [0.2, "1m"],
    [1, "1m"],
    [1500, "1500m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [99_999_999_001, "1666667M"],
    [Number.MAX_VALUE, "99999999H"],
  ])("%d ms is written as %s", (ms, header) => {
    expect(formatTimeout(ms)).toBe(header);
  });

  test.each([
    ["1H", 3_600_000],
    ["2M", 120_000],
    ["3S", 3000],
    ["4m", 4],
    ["5u", 0.005],
    ["6n", 0.000006],
    ["99999999H", 99_999_999 * 3_600_000],
    ["0m", 0],
  ])("%s is read as %d ms", (header, ms) => {
    expect(parseTimeout(header)).toBeCloseTo(ms, 9);
  });

  test.each([
    ["", "timeout string is too short"],
    ["m", "timeout string is too short"],
    ["1", "timeout string is too short"],
    ["123456789m", "timeout string is too long"],
    ["12", "timeout unit is not recognized"],
    ["1h", "timeout unit is not recognized"],
    ["-1m", "timeout is not a number"],
    ["1.5S", "timeout is not a number"],
    ["1constructor", "timeout string is too long"],
  ])("%j is malformed", (header, why) => {
    expect(parseTimeout(header)).toEqual({ malformed: expect.stringContaining(why) });
  });
});
