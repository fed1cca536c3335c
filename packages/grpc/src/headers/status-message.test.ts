import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeStatusMessage, encodeStatusMessage, truncateStatusMessage } from "./status-message.js";

describe("grpc-message", () => {
  test.each([
    ["", ""],
    ["plain text, ~all of it!", "plain text, ~all of it!"],
    ["100%", "100%25"],
    ["line\nbreak\ttab\0", "line%0Abreak%09tab%00"],
    ["ö€😀", "%C3%B6%E2%82%AC%F0%9F%98%80"],
    ["\ud800", "%EF%BF%BD"],
  ])("%j is written as %s", (text, header) => {
    expect(encodeStatusMessage(text)).toBe(header);
  });

  test.each([
    ["%", "%"],
    ["%4", "%4"],
    ["%zz", "%zz"],
    ["%e2%82%ac", "€"],
    ["a%20b%", "a b%"],
    ["%%41", "%A"],
    ["%ff", "\ufffd"],
  ])("%s is read as %j", (header, text) => {
    expect(decodeStatusMessage(header)).toBe(text);
  });

  test("any text comes back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const header = encodeStatusMessage(text);
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeStatusMessage(header)).toBe(text);
      }),
    );
  });

  test("a truncated message is a prefix of the text, and no longer than allowed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: -2, max: 40 }), (text, bytes) => {
        const header = truncateStatusMessage(encodeStatusMessage(text), bytes);
        expect(header.length).toBeLessThanOrEqual(Math.max(bytes, 0));
        expect(text.startsWith(decodeStatusMessage(header))).toBe(true);
      }),
    );
  });
});
