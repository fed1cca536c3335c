import { expect, test } from "vitest";
import { reasonOf, textOf } from "./text-of.js";

const withoutText = Object.create(null);

test("anything has a text", () => {
  expect([1, undefined, "a", new Error("b")].map(textOf)).toEqual(["1", "undefined", "a", "Error: b"]);
  expect(textOf(withoutText)).toBe("a value that cannot be shown");
});

test("anything that was thrown has a reason", () => {
  expect([new Error("a"), "b", 3].map(reasonOf)).toEqual(["a", "b", "3"]);
  expect(reasonOf(withoutText)).toBe("a value that cannot be shown");
  expect(reasonOf(Object.assign(new Error(), { message: withoutText }))).toBe("a value that cannot be shown");
});
