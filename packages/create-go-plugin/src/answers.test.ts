import { describe, expect, test } from "vitest";
import { findAnswers } from "./answers.js";

describe("without a terminal", () => {
  test("takes what was given", async () => {
    const answers = await findAnswers("some/where/kv-store", { template: "pair", go: true }, false);
    expect(answers).toEqual({ folder: "some/where/kv-store", name: "kv-store", template: "pair", go: true });
  });

  test("--yes takes defaults for the rest", async () => {
    const answers = await findAnswers(undefined, { yes: true }, false);
    expect(answers).toEqual({ folder: "my-plugin", name: "my-plugin", template: "pair", go: false });
  });

  test.each<[string | undefined, object, string]>([
    [undefined, {}, "expected a folder and --template pair|plugin|host, since nobody is here to answer"],
    ["a", {}, "expected --template pair|plugin|host, since nobody is here to answer"],
    ["a", { template: "toString" }, "expected a template, one of pair, plugin, host, got toString"],
    ["My Plugin", { yes: true }, "expected a folder whose name has small letters, digits and hyphens, a letter first"],
    ["..", { yes: true }, 'got ".."'],
    ["a", { template: "host", go: true }, "--go adds twins in Go to the template pair"],
  ])("%s with %o: an error says what was expected", async (folder, flags, message) => {
    await expect(findAnswers(folder, flags, false)).rejects.toThrow(message);
  });
});
