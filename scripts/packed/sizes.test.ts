import { expect, test } from "vitest";
import { measureSizes, readBudgets } from "./sizes.js";

/** Sizes vary a little between versions of npm and of the compiler. */
const tolerance = 1.1;

const budgets = readBudgets();
const sizes = measureSizes();

test("every package has a budget", () => {
  expect(Object.keys(budgets).sort()).toEqual(Object.keys(sizes).sort());
});

test.each(Object.entries(sizes))("%s is as large as it may be, and loads no more at import", (name, size) => {
  const { packed = 0, loaded } = budgets[name] ?? {};
  const advice = "if the gain is worth it, run `npm run budgets` and say why in the commit";
  expect(size.packed, `KiB packed; ${advice}`).toBeLessThanOrEqual(packed * tolerance);
  expect(size.loaded ?? 0, `KiB loaded; ${advice}`).toBeLessThanOrEqual((loaded ?? 0) * tolerance);
});
