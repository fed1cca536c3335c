import { expect, test } from "vitest";
import { consoleLogger } from "./console.js";
import { hclogLogger } from "./hclog.js";
import { fromPino } from "./pino.js";

function entries(
  run: (logger: ReturnType<typeof hclogLogger>) => void,
  options: { level?: "warn"; name?: string } = {},
) {
  const lines: string[] = [];
  run(hclogLogger({ write: (line) => lines.push(line), ...options }));
  expect(lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line));
}

test("hclog: level, message, name and fields, with a time of exactly six digits of fraction", () => {
  const [entry] = entries((logger) => logger.child({ a: 1 }).info("hello\nworld", { b: "x" }), { name: "plugin" });
  expect(entry).toMatchObject({ "@level": "info", "@message": "hello\nworld", "@module": "plugin", a: 1, b: "x" });
  expect(entry["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
});

test("hclog: entries below the level are dropped", () => {
  const logged = entries(
    (logger) => {
      logger.info("no");
      logger.error("yes");
    },
    { level: "warn" },
  );
  expect(logged.map((entry) => entry["@message"])).toEqual(["yes"]);
});

test("hclog: no value costs the entry, and none replaces a field that makes a Go host panic", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const bare = Object.create(null);
  bare.self = bare;
  const fields = {
    cycle,
    bare,
    big: 2n ** 64n,
    nested: { big: 1n },
    none: undefined,
    bytes: new Uint8Array([1]),
    "@level": null,
    "@timestamp": 5,
    "@message": {},
    __proto__x: 1,
  };
  const [entry] = entries((logger) => logger.warn("m", { ...fields, error: new Error("boom") }));
  expect(entry).toMatchObject({
    "@level": "warn",
    "@message": "m",
    big: "18446744073709551616",
    nested: { big: "1" },
    none: null,
    bytes: "AQ==",
    cycle: expect.stringContaining("[Circular *1]"),
    bare: expect.stringContaining("[Circular *1]"),
  });
  expect(entry["@timestamp"]).toMatch(/Z$/);
  expect(entry.error).toMatch(/^Error: boom\n/);
});

test("console: one line for people, with the plugin's own name and quoted values", () => {
  const lines: string[] = [];
  const logger = consoleLogger({ write: (line) => lines.push(line) });
  logger.debug("no");
  logger.warn("started", { "@module": "kv", path: "/a b", pid: 7 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\S+Z \[WARN\] {2}kv: started: path="\/a b" pid=7\n$/);
});

test("pino: fields first, message second", () => {
  const calls: unknown[][] = [];
  const log = (...args: unknown[]) => void calls.push(args);
  fromPino({ trace: log, debug: log, info: log, warn: log, error: log }).child({ a: 1 }).info("hello", { b: 2 });
  expect(calls).toEqual([[{ a: 1, b: 2 }, "hello"]]);
});

test("console: no value costs the entry", () => {
  const lines: string[] = [];
  const bare = Object.create(null);
  bare.self = bare;
  consoleLogger({ write: (line) => lines.push(line) }).error("m", { bare, big: [1n] });
  expect(lines.join("")).toMatch(/m: bare=".*Circular.*" big="?\[ ?1n ?\]"?\n$/);
});

class DatabaseError extends Error {
  constructor(readonly query: string) {
    super("no database", {
      cause: new AggregateError([new Error("IPv4 refused"), new Error("IPv6 refused")], "all failed"),
    });
  }
}

test("an error is logged with its cause, the errors of an aggregate and its own fields, wherever it stands", () => {
  const [entry] = entries((logger) =>
    logger.error("m", { error: new DatabaseError("select 1"), list: [new Error("inner")] }),
  );
  for (const text of ["no database", "all failed", "IPv4 refused", "IPv6 refused", "select 1", "logger.test.ts"]) {
    expect(entry.error).toContain(text);
  }
  expect(entry.list[0]).toMatch(/^Error: inner\n/);
  const lines: string[] = [];
  consoleLogger({ write: (line) => lines.push(line) }).error("m", { error: new DatabaseError("select 1"), id: 5 });
  expect(lines.join("")).toMatch(/ m:\n {2}error=\n {2}\| (Database)?Error: no database\n {2}\| +at .* id=5\n$/s);
  expect(lines.join("")).toContain("IPv6 refused");
});

test("a getter that throws costs its own field alone", () => {
  const fields = Object.defineProperty({ b: 2 }, "a", {
    enumerable: true,
    get: () => {
      throw new Error("not yet");
    },
  });
  const [entry] = entries((logger) => logger.child(fields).info("m", { nested: fields }));
  expect(entry).toMatchObject({ a: "a getter that throws: not yet", b: 2 });
  expect(entry.nested).toContain("b: 2");
});

test("console: no text of a plugin controls the terminal or forges an entry", () => {
  const lines: string[] = [];
  const evil = "\u001b[2J\u009b31m\u202e\r\n2026 [INFO] forged";
  consoleLogger({ write: (line) => lines.push(line) }).error(evil, { [evil]: evil, "@module": evil, list: [evil] });
  const text = lines.join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text.match(/^\S*2026 \[INFO\]/gm)).toBeNull();
});

test("pino: the plugin's pid does not replace the host's", () => {
  const calls: unknown[][] = [];
  const log = (...args: unknown[]) => void calls.push(args);
  fromPino({ trace: log, debug: log, info: log, warn: log, error: log }).info("exited", { pid: 7, code: 1 });
  expect(calls).toEqual([[{ pluginPid: 7, code: 1 }, "exited"]]);
});
