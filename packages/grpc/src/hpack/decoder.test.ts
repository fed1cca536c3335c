import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "./decoder.js";
import { HpackError } from "./hpack-error.js";

/** Decodes blocks that are given in hex, white space allowed. */
function decoderOf(maxHeaderListBytes = 16_384, maxTableBytes?: number) {
  const decoder = new HpackDecoder(maxHeaderListBytes, maxTableBytes);
  return (hex: string) => {
    const bytes = Buffer.from(hex.replaceAll(/\s/g, ""), "hex");
    return decoder.decode(bytes, 0, bytes.length);
  };
}

const decode = (hex: string): string[] => decoderOf()(hex)!;

/** Fields as text. */
const fieldsOf = (headers: string[]): string[] =>
  Array.from({ length: headers.length / 2 }, (_, index) => `${headers[2 * index]}: ${headers[2 * index + 1]}`);

describe("RFC 7541, appendix C", () => {
  test.each([
    ["C.2.1", "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key", "custom-header", true],
    ["C.2.2", "040c 2f73 616d 706c 652f 7061 7468", ":path", "/sample/path", false],
    ["C.2.3", "1008 7061 7373 776f 7264 0673 6563 7265 74", "password", "secret", false],
    ["C.2.4", "82", ":method", "GET", false],
  ])("%s", (_name, hex, name, value, kept) => {
    const next = decoderOf();
    expect(next(hex)).toEqual([name, value]);
    if (kept) expect(next("be")).toEqual([name, value]);
    else expect(() => next("be")).toThrow(HpackError);
  });

  test.each([
    [
      "C.3",
      "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
      "8286 84be 5808 6e6f 2d63 6163 6865",
      "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ],
    [
      "C.4",
      "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
      "8286 84be 5886 a8eb 1064 9cbf",
      "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ],
  ])("%s: requests", (_name, first, second, third) => {
    const next = decoderOf();
    const start = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
    expect(fieldsOf(next(first)!)).toEqual(start);
    expect(fieldsOf(next(second)!)).toEqual([...start, "cache-control: no-cache"]);
    expect(fieldsOf(next(third)!)).toEqual([
      ":method: GET",
      ":scheme: https",
      ":path: /index.html",
      ":authority: www.example.com",
      "custom-key: custom-value",
    ]);
    expect(fieldsOf(next("bebfc0")!)).toEqual([
      "custom-key: custom-value",
      "cache-control: no-cache",
      ":authority: www.example.com",
    ]);
    expect(() => next("c1")).toThrow(HpackError);
  });

  test.each([
    [
      "C.5",
      `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d
       546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
      "4803 3330 37c1 c0bf",
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f
       6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b
       2076 6572 7369 6f6e 3d31`,
    ],
    [
      "C.6",
      `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7
       8f0b 97c8 e9ae 82ae 43d3`,
      "4883 640e ffc1 c0bf",
      `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335
       dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
    ],
  ])("%s: responses, with a table of 256 bytes", (_name, first, second, third) => {
    const next = decoderOf(16_384, 256);
    const rest = ["cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT", "location: https://www.example.com"];
    // The examples leave the size update out.
    expect(fieldsOf(next(`3fe101 ${first}`)!)).toEqual([":status: 302", ...rest]);
    expect(fieldsOf(next(second)!)).toEqual([":status: 307", ...rest]);
    const cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
    expect(fieldsOf(next(third)!)).toEqual([
      ":status: 200",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com",
      "content-encoding: gzip",
      cookie,
    ]);
    const kept = [cookie, "content-encoding: gzip", "date: Mon, 21 Oct 2013 20:13:22 GMT"];
    expect(fieldsOf(next("bebfc0")!)).toEqual(kept);
    expect(() => next("c1")).toThrow(HpackError);
  });
});

test("a block is a part of a buffer, of whatever class", () => {
  const bytes = Uint8Array.from([0xff, 0x82, 0x00, 0x01, 0x61, 0x01, 0xe4, 0xff]);
  expect(new HpackDecoder(1000).decode(bytes.subarray(1), 0, 6)).toEqual([":method", "GET", "a", "ä"]);
  expect(new HpackDecoder(1000).decode(bytes, 1, 1)).toEqual([]);
});

describe("the static table", () => {
  test("has RFC 7541's fields", () => {
    const indices = Array.from({ length: 61 }, (_, index) => (0x81 + index).toString(16)).join("");
    const fields = fieldsOf(decode(indices));
    expect(fields.slice(0, 18)).toEqual([
      ":authority: ",
      ":method: GET",
      ":method: POST",
      ":path: /",
      ":path: /index.html",
      ":scheme: http",
      ":scheme: https",
      ":status: 200",
      ":status: 204",
      ":status: 206",
      ":status: 304",
      ":status: 400",
      ":status: 404",
      ":status: 500",
      "accept-charset: ",
      "accept-encoding: gzip, deflate",
      "accept-language: ",
      "accept-ranges: ",
    ]);
    expect(fields[22]).toBe("authorization: ");
    expect(fields[30]).toBe("content-type: ");
    expect(fields[57]).toBe("user-agent: ");
    expect(fields[60]).toBe("www-authenticate: ");
  });
});

describe("the dynamic table", () => {
  test("an index has more than one byte when the table is long", () => {
    const next = decoderOf();
    const insertions = Array.from(
      { length: 100 },
      (_, index) => `4001 ${(index + 1).toString(16).padStart(2, "0")} 00`,
    );
    next(insertions.join(""));
    expect(next("ff22")).toEqual(["\x01", ""]);
    expect(next("be")).toEqual(["d", ""]);
    expect(() => next("ff23")).toThrow(HpackError);
  });

  test("a field may take its name from the field that it evicts", () => {
    const next = decoderOf();
    // Of 34 bytes, so that only one field fits.
    next("3f03 4001 61 01 62");
    expect(next("7e 01 63")).toEqual(["a", "c"]);
    expect(next("be")).toEqual(["a", "c"]);
    expect(() => next("bf")).toThrow(HpackError);
  });

  test("a field that is larger than the table empties it", () => {
    const next = decoderOf();
    next("3f03 4001 61 01 62");
    expect(next("7e 02 6363")).toEqual(["a", "cc"]);
    expect(() => next("be")).toThrow(HpackError);
  });

  test("it has 4096 bytes before the first size update, whatever was announced", () => {
    const large = `40 01 61 7f a11e ${"62".repeat(4000)}`;
    for (const announced of [0, 4096, 65_536]) {
      const next = decoderOf(1e6, announced);
      next(large);
      next("4001 61 01 62");
      expect(next("bebf")).toEqual(["a", "b", "a", "b".repeat(4000)]);
      next("4001 61 01 63");
      expect(() => next("c0")).toThrow(HpackError);
    }
  });
});

describe("table size updates", () => {
  test("evict", () => {
    const next = decoderOf();
    next("4001 61 01 62");
    expect(next("be")).toEqual(["a", "b"]);
    expect(next("20 3fe11f 82")).toEqual([":method", "GET"]);
    expect(() => next("be")).toThrow(HpackError);
  });

  test("may be all of a block", () => {
    expect(decode("3f9a0a")).toEqual([]);
  });

  test("up to what was announced", () => {
    expect(decoderOf(1000, 8192)("3fe13f")).toEqual([]);
    expect(() => decoderOf(1000, 8192)("3fe23f")).toThrow(/table size of 8193 bytes exceeds the limit of 8192/);
    expect(() => decode("3fe21f")).toThrow(HpackError);
  });

  test("not after a field", () => {
    expect(() => decode("82 20")).toThrow(/size update follows a field/);
    expect(() => decoderOf(0)("82 20")).toThrow(/size update follows a field/);
  });
});

describe("refused", () => {
  test.each([
    ["index 0", "80"],
    ["an index beyond the tables", "be"],
    ["a large index beyond the tables", "ffffffff07"],
    ["a name's index beyond the tables, with indexing", "7e 00"],
    ["a name's index beyond the tables, without indexing", "0f2f 00"],
    ["a name's index beyond the tables, never indexed", "1f2f 00"],
    ["an integer of 2^31", "3fe1ffffff07"],
    ["an integer with more than 5 bytes after the prefix", "ff808080808000"],
    ["an integer that ends after its prefix", "ff"],
    ["an integer that ends too early", "ff80"],
    ["a field without name", "40"],
    ["a field without name and value, never indexed", "10"],
    ["a field without value", "41"],
    ["a length that ends too early", "417f"],
    ["a name that ends too early", "400261"],
    ["a value that ends too early", "410261"],
    ["a value of 2^31 - 1 bytes", "417f80ffffff07"],
    ["a Huffman coded value that ends too early", "418261"],
    ["padding that is too long", "4181ff"],
  ])("%s", (_name, hex) => {
    expect(() => decode(hex)).toThrow(HpackError);
  });

  test("a field that ends beyond the block, even if the buffer is longer", () => {
    const bytes = Buffer.from("41026162", "hex");
    expect(() => new HpackDecoder(1000).decode(bytes, 0, 3)).toThrow(HpackError);
  });
});

test("an integer may have up to 5 bytes after its prefix", () => {
  expect(decode("3f8080808000")).toEqual([]);
});

describe("the limit of the header list", () => {
  test("counts 32 bytes for each field", () => {
    // 7 + 3 + 32 and 7 + 4 + 32.
    expect(decoderOf(85)("8286")).toEqual([":method", "GET", ":scheme", "http"]);
    expect(decoderOf(84)("8286")).toBeUndefined();
    expect(decoderOf(0)("8286")).toBeUndefined();
    expect(decoderOf(0)("")).toEqual([]);
  });

  test("fields after one that did not fit are dropped", () => {
    const next = decoderOf(50);
    expect(next(`0001 61 14 ${"62".repeat(20)} 82`)).toBeUndefined();
    expect(next("82")).toEqual([":method", "GET"]);
  });

  test("the table stays right", () => {
    const next = decoderOf(50);
    expect(next("82 4001 61 01 62 4001 63 01 64")).toBeUndefined();
    expect(next("be")).toEqual(["c", "d"]);
    expect(next("bf")).toEqual(["a", "b"]);
  });

  test("errors after it are found", () => {
    expect(() => decoderOf(50)("82 82 80")).toThrow(HpackError);
    expect(() => decoderOf(50)("82 82 4181ff")).toThrow(HpackError);
  });

  test("a long field that is repeated often is not a list", () => {
    const next = decoderOf();
    next(`4001 61 7f a11e ${"62".repeat(4000)}`);
    expect(next("be".repeat(100_000))).toBeUndefined();
  });
});

describe("arbitrary bytes", () => {
  /** Bytes, with a preference for those that have a meaning. */
  const bytes = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x20, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xbe, 0xff),
      fc.integer({ min: 0, max: 4 }),
    ),
    { maxLength: 200 },
  );

  test("are decoded within the limits or refused", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.nat(2000), fc.nat(5000), (blocks, maxList, maxTable) => {
        const decoder = new HpackDecoder(maxList, maxTable);
        for (const block of blocks) {
          let headers: string[] | undefined;
          try {
            headers = decoder.decode(Buffer.from(block), 0, block.length);
          } catch (error) {
            expect(error).toBeInstanceOf(HpackError);
            return;
          }
          if (headers === undefined) continue;
          expect(headers.length % 2).toBe(0);
          expect(headers.join("").length + 16 * headers.length).toBeLessThanOrEqual(maxList);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
