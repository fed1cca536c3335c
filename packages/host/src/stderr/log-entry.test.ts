import { describe, expect, test } from "vitest";
import { parseLogLine } from "./log-entry.js";

const time = "2026-01-02T15:04:05.123456Z";

describe("one line of stderr", () => {
  test.each([
    ["plain text", "debug", "plain text"],
    ["", "debug", ""],
    ["[TRACE] x", "trace", "[TRACE] x"],
    ["[DEBUG] x", "debug", "[DEBUG] x"],
    ["[INFO] x", "info", "[INFO] x"],
    ["[WARN]x", "warn", "[WARN]x"],
    ["[ERROR] x", "error", "[ERROR] x"],
    [" [ERROR] not at the start", "debug", " [ERROR] not at the start"],
    ["[error] x", "debug", "[error] x"],
    ["panic:", "debug", "panic:"],
    ['{"@level":"info"', "debug", '{"@level":"info"'],
    ['{"@level":"info"} more', "debug", '{"@level":"info"} more'],
    ['"text"', "debug", '"text"'],
    ["[1]", "debug", "[1]"],
    ["null", "debug", "null"],
    ["{}", "debug", "{}"],
    ['{"@message":"m"}', "debug", '{"@message":"m"}'],
    ['{"@level":"fatal","@message":"m"}', "debug", '{"@level":"fatal","@message":"m"}'],
    ['{"@level":"off","@message":"m"}', "debug", '{"@level":"off","@message":"m"}'],
    // A Go host panics on these.
    ['{"@level":"info","@message":null}', "debug", '{"@level":"info","@message":null}'],
    ['{"@level":3,"@message":"m"}', "debug", '{"@level":3,"@message":"m"}'],
    ['{"@level":"info","@timestamp":1}', "debug", '{"@level":"info","@timestamp":1}'],
    // Not six digits, no zone, no such day.
    ['{"@level":"info","@timestamp":"2026-01-02T15:04:05.123Z"}', "debug", undefined],
    ['{"@level":"info","@timestamp":"2026-01-02T15:04:05.123456"}', "debug", undefined],
    ['{"@level":"info","@timestamp":"2026-02-30T15:04:05.123456Z"}', "debug", undefined],
  ])("%s", (line, level, message) => {
    expect(parseLogLine(line) ?? { level: "debug", message: line }).toEqual({ level, message: message ?? line });
  });

  test.each(["trace", "debug", "info", "warn", "error"])("JSON of level %s", (level) => {
    const line = `{"@level":"${level}","@message":"m","@module":"kv","@caller":"a.go:1","@timestamp":"${time}","n":1}`;
    expect(parseLogLine(line)).toEqual({
      level,
      message: "m",
      fields: { "@module": "kv", "@caller": "a.go:1", n: 1, timestamp: time },
    });
  });

  test.each([
    [' {"@level":" WARN "}', { level: "warn", message: "", fields: {} }],
    [
      '{"@level":"info","@timestamp":"2024-02-29T23:59:59,000000+02:00"}',
      { level: "info", message: "", fields: { timestamp: "2024-02-29T23:59:59,000000+02:00" } },
    ],
  ])("JSON with less than everything: %s", (line, entry) => {
    expect(parseLogLine(line)).toEqual(entry);
  });

  test("a field cannot touch prototypes", () => {
    const { fields } = parseLogLine('{"@level":"info","__proto__":{"polluted":1}}')!;
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.keys(fields ?? {})).toEqual(["__proto__"]);
  });

  test("nesting without end stays a line", () => {
    const line = `{"@level":"info","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(parseLogLine(line)).toEqual({ level: "debug", message: line });
  });
});
