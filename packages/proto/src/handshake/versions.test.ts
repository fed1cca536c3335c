import { expect, test } from "vitest";
import { chooseVersion, parseVersions } from "./versions.js";

test.each([
  [undefined, [], []],
  ["", [], []],
  ["1", [1], []],
  ["3,2,10", [3, 2, 10], []],
  ["1, 2", [1], [" 2"]],
  ["x,2,", [2], ["x", ""]],
  ["-1,+4,0x10", [-1, 4], ["0x10"]],
])("parseVersions(%j)", (text, versions, invalid) => {
  const refused: string[] = [];
  expect(parseVersions(text, (entry) => refused.push(entry))).toEqual(versions);
  expect(refused).toEqual(invalid);
});

test.each([
  ["the highest that both have, compared as numbers", [9, 10, 2], [10, 9], 10],
  ["the offer's order does not matter", [2, 3], [3, 2], 3],
  ["without a match the lowest, for the host to report", [4, 3], [1, 2], 3],
  ["without an offer the lowest", [7, 5], [], 5],
  ["0 is a version", [0], [0], 0],
])("chooseVersion: %s", (_, own, offered, chosen) => {
  expect(chooseVersion(own, offered)).toBe(chosen);
});
