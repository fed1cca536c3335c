import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";

// Go's map[string]int{"\xff": 1, "\xfe": 2}, and its "\xff\xfe".
const goMap = Buffer.from("0d7f040102ff8000010c010400000aff80000201ff0201fe04", "hex");
const goText = Buffer.from("050c0002fffe", "hex");

describe("a string that is not UTF-8", () => {
  test("is refused, with its path", () => {
    expect(() => gob.decode(gob.string, goText)).toThrow(gob.GobUtf8Error);
    expect(() => gob.decode(gob.record(gob.int), goMap)).toThrow(
      "gob: map[string]int[key 0]: expected a string in UTF-8, got the bytes ff; gob.rawString keeps them",
    );
    expect(() => gob.inspect(goMap)).toThrow(gob.GobUtf8Error);
  });

  test("keeps its bytes where asked, and comes back to Go as it was", () => {
    const type = gob.map(gob.rawString, gob.int);
    const map = gob.decode(type, goMap);
    expect([...map]).toEqual([
      [new Uint8Array([0xff]), 1],
      [new Uint8Array([0xfe]), 2],
    ]);
    expect(Buffer.from(gob.encode(type, map)).toString("hex")).toBe(goMap.toString("hex").replace(/^/, ""));
    expect(gob.inspect(goText, { strings: "bytes" })).toEqual([new Uint8Array([0xff, 0xfe])]);
    const [shown] = gob.inspect(goMap, { strings: "bytes" }) as [Map<Uint8Array, number>];
    expect([...shown.values()]).toEqual([1, 2]);
  });

  test("can be shown", () => {
    expect(gob.decode(gob.lossyString, goText)).toBe("��");
  });

  test("costs its value, not the stream", () => {
    const decoder = new gob.Decoder();
    decoder.push(Buffer.concat([goText, gob.encode(gob.string, "next")]));
    expect(() => decoder.decode(gob.string)).toThrow(gob.GobUtf8Error);
    expect(decoder.decode(gob.string)).toBe("next");
  });
});

test("U+FFFD itself is text", () => {
  expect(gob.decode(gob.string, gob.encode(gob.string, "a�b"))).toBe("a�b");
});

test("half a surrogate pair, which UTF-8 cannot have, is refused", () => {
  expect(() => gob.encode(gob.record(gob.int), { "\ud800": 1 })).toThrow(gob.GobEncodeError);
  expect(() => gob.encode(gob.string, "\udc00")).toThrow("expected well-formed text");
  expect(gob.decode(gob.string, gob.encode(gob.string, "😀"))).toBe("😀");
});
