import { describe, expect, test } from "vitest";
import { createLogParser } from "./log-entry.js";

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
    ["panic: boom", "error", "panic: boom"],
    ["fatal error: all goroutines are asleep", "error", "fatal error: all goroutines are asleep"],
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
    expect(createLogParser()(line, true)).toEqual({ level, message: message ?? line });
  });

  test.each(["trace", "debug", "info", "warn", "error"])("JSON of level %s", (level) => {
    const line = `{"@level":"${level}","@message":"m","@module":"kv","@caller":"a.go:1","@timestamp":"${time}","n":1}`;
    expect(createLogParser()(line, true)).toEqual({
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
    expect(createLogParser()(line, true)).toEqual(entry);
  });

  test("a field cannot touch prototypes", () => {
    const { fields } = createLogParser()('{"@level":"info","__proto__":{"polluted":1}}', true);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.keys(fields ?? {})).toEqual(["__proto__"]);
  });

  test("nesting without end stays a line", () => {
    const line = `{"@level":"info","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(createLogParser()(line, true)).toEqual({ level: "debug", message: line });
  });
});

describe("lines in order", () => {
  test("after a panic untagged lines are errors, for good", () => {
    const parse = createLogParser();
    const levels = [
      "before",
      "panic: boom",
      "goroutine 1 [running]:",
      "[INFO] tagged",
      '{"@level":"warn"}',
      '{"no":"level"}',
      "main.main()",
    ].map((line) => parse(line, true).level);
    expect(levels).toEqual(["debug", "error", "error", "info", "warn", "debug", "error"]);
  });

  test("the pieces of a line that is too long are not understood", () => {
    const parse = createLogParser();
    expect(parse("panic: boom", false).level).toBe("debug");
    expect(parse("[ERROR] x", false).level).toBe("debug");
    expect(parse("x", true).level).toBe("debug");
  });
});
