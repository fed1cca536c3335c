import { describe, expect, test } from "vitest";
import { HpackError } from "./hpack-error.js";
import { decodeHuffman } from "./huffman.js";

function decode(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  return decodeHuffman(bytes, 0, bytes.length);
}

test.each([
  ["f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"],
  ["a8eb10649cbf", "no-cache"],
  ["25a849e95ba97d7f", "custom-key"],
  ["25a849e95bb8e8b4bf", "custom-value"],
  ["6402", "302"],
  ["640eff", "307"],
  ["aec3771a4b", "private"],
  ["d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com"],
  ["9bd9ab", "gzip"],
  [
    "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ],
  ["", ""],
  ["1f", "a"],
])("%s is decoded as in the RFC", (hex, text) => {
  expect(decode(hex)).toBe(text);
});

/** Go's Huffman encoding of the bytes from 0 to 255. */
const allBytes = `
  ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecfffff
  edfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3
  f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7
  fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ffff53fffd
  5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff8bffff1ffffe4fffee7f
  ffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1fffdfffff7fff
  ff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1ff
  febfffe3ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8fffffe6fffffc1fffff8
  7ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdffff4ffff9ffffd1ffff
  cffffeaffffafffffddffffeffffff4fffff5fffffabffffa7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fff
  ffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf`.replaceAll(/\s/g, "");

test("every byte is decoded", () => {
  expect(decode(allBytes)).toBe(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1"));
});

test("only the bytes from start to end count", () => {
  expect(decodeHuffman(Buffer.from("ffa8eb10649cbfff", "hex"), 1, 7)).toBe("no-cache");
});

test("a long string is decoded, also the one after it", () => {
  // 8 codes of 5 bits.
  const text = "aaaaaaaa".repeat(5000);
  expect(decode("18c6318c63".repeat(5000))).toBe(text);
  expect(decode("1f")).toBe("a");
});

describe("refused", () => {
  test.each([
    ["padding of 8 bits", "ff"],
    ["padding of 8 bits after whole codes", "18c6318c63ff"],
    ["padding of more than 8 bits", "1fff"],
    ["padding of zeros", "18"],
    ["padding with a zero at its end", "1e"],
    ["a long code that is cut off", "fffe"],
    ["EOS", "ffffffff"],
    ["EOS after a symbol", "1fffffffff"],
    ["EOS before a symbol", "fffffffc7f"],
  ])("%s", (_name, hex) => {
    expect(() => decode(hex)).toThrow(HpackError);
  });
});
