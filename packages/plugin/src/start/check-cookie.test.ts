import type { PluginDefinition } from "@go-plugin/proto";
import { describe, expect, it } from "vitest";
import { checkCookie } from "./check-cookie.js";

const definition: PluginDefinition = { magicCookieKey: "KEY", magicCookieValue: "value", versions: {} };

describe("checkCookie", () => {
  it("accepts a process that its host has started", () => {
    expect(checkCookie(definition, { KEY: "value" })).toBeUndefined();
  });

  it.each([{}, { KEY: "" }, { KEY: "other" }, { key: "value" }])(
    "explains what a plugin is to whoever started it with %o",
    (env) => {
      expect(checkCookie(definition, env)).toMatch(/is a plugin.*\n.*program that uses it/);
    },
  );

  it.each([{ magicCookieKey: "" }, { magicCookieValue: "" }])("blames the author for a definition with %o", (part) => {
    expect(checkCookie({ ...definition, ...part }, { KEY: "" })).toMatch(/misconfigured.*\n.*author/);
  });
});
