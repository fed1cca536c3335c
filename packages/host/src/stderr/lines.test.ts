import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineSplitter } from "./lines.js";

function split(chunks: readonly (string | Buffer)[], maxBytes = 1000): [string, boolean][] {
  const lines: [string, boolean][] = [];
  const splitter = new LineSplitter((line, whole) => lines.push([line, whole]), maxBytes);
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string));
  splitter.end();
  return lines;
}

const whole = (...lines: string[]): [string, boolean][] => lines.map((line) => [line, true]);

describe("LineSplitter", () => {
  test("LF, CR LF, empty lines, a last line without its end", () => {
    expect(split(["a\nb\r\n\n\r\nc\rd\ne"])).toEqual(whole("a", "b", "", "", "c\rd", "e"));
    expect(split(["a\n"])).toEqual(whole("a"));
    expect(split([])).toEqual([]);
  });

  test("a character cut in two", () => {
    const bytes = Buffer.from("ä€😀\n");
    expect(split([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole("ä€😀"));
  });

  test("a line of exactly the limit is whole, a longer one comes in pieces", () => {
    expect(split(["12345\n67890\n"], 5)).toEqual(whole("12345", "67890"));
    expect(split(["1234567890ab\nc\n"], 5)).toEqual([
      ["12345", false],
      ["67890", false],
      ["ab", false],
      ["c", true],
    ]);
  });

  test("any chunks give the lines of the whole text", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "ä") });
    fc.assert(
      fc.property(fc.array(text), (chunks) => {
        const lines = chunks.join("").split("\n");
        if (lines.at(-1) === "") lines.pop();
        expect(split(chunks)).toEqual(whole(...lines.map((line) => line.replace(/\r$/, ""))));
      }),
    );
  });

  test("the pieces of any line are no longer than the limit, and nothing is lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "\n") })),
        fc.integer({ min: 1, max: 5 }),
        (chunks, max) => {
          const pieces = split(chunks, max).map(([line]) => line);
          expect(pieces.every((piece) => piece.length <= max)).toBe(true);
          expect(pieces.join("")).toBe(chunks.join("").replaceAll("\n", ""));
        },
      ),
    );
  });
});
