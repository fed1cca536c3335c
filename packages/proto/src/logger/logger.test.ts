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
    cycle: "[object Object]",
    bare: "a value that cannot be shown",
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
  expect(lines.join("")).toMatch(/m: bare="a value that cannot be shown" big="1"\n$/);
});
