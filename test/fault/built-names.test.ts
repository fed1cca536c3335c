import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

const packages = new URL("../../packages/", import.meta.url);

test.each(readdirSync(packages))("what %s exports keeps its name when it is built", async (name) => {
  const built: Record<string, unknown> = await import(new URL(`${name}/dist/index.js`, packages).href);
  const classes = Object.entries(built).filter(([key, value]) => /^[A-Z]/.test(key) && typeof value === "function");
  expect(classes.map(([, value]) => (value as { name: string }).name)).toEqual(classes.map(([key]) => key));
});
