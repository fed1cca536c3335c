import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const packages = new URL("../../packages/", import.meta.url);

// `wire` is built into others, and `cli` is a command.
const built = readdirSync(packages).filter((name) => existsSync(new URL(`${name}/dist/index.js`, packages)));

test.each(built)("what %s exports keeps its name when it is built", async (name) => {
  const exported: Record<string, unknown> = await import(new URL(`${name}/dist/index.js`, packages).href);
  const classes = Object.entries(exported).filter(([key, value]) => /^[A-Z]/.test(key) && typeof value === "function");
  expect(classes.map(([, value]) => (value as { name: string }).name)).toEqual(classes.map(([key]) => key));
});
