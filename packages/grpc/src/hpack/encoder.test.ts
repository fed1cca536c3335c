import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";

type Headers = Parameters<HpackEncoder["encode"]>[0];

const text = (value: string): string => value.length.toString(16).padStart(2, "0") + Buffer.from(value).toString("hex");

const hex = (encoder: HpackEncoder, headers: Headers): string => encoder.encode(headers).toString("hex");

describe("fields", () => {
  test("of the static table are indexed", () => {
    const headers = {
      ":method": "POST",
      ":scheme": "http",
      ":path": "/",
      "accept-encoding": "gzip, deflate",
      date: "",
    };
    expect(hex(new HpackEncoder(), headers)).toBe("83868490a1");
  });

  test("numbers are decimal text", () => {
    expect(hex(new HpackEncoder(), { ":status": 200 })).toBe("88");
    expect(hex(new HpackEncoder(), { ":status": 307, n: 1.5 })).toBe(`08${text("307")}00${text("n")}${text("1.5")}`);
  });

  test("a list stands for several fields", () => {
    expect(hex(new HpackEncoder(), { a: ["1", "2"], b: [] })).toBe(
      `00${text("a")}${text("1")}00${text("a")}${text("2")}`,
    );
  });

  test("repeated fields go into the dynamic table", () => {
    const encoder = new HpackEncoder();
    const headers = {
      ":authority": "localhost",
      ":path": "/a.B/C",
      te: "trailers",
      "content-type": "application/grpc",
      "user-agent": "x",
      "grpc-accept-encoding": "identity",
      "grpc-encoding": "identity",
      "grpc-status": 0,
    };
    expect(hex(encoder, headers)).toBe(
      [
        `41${text("localhost")}`,
        `44${text("/a.B/C")}`,
        `40${text("te")}${text("trailers")}`,
        `5f${text("application/grpc")}`,
        `7a${text("x")}`,
        `40${text("grpc-accept-encoding")}${text("identity")}`,
        `40${text("grpc-encoding")}${text("identity")}`,
        `40${text("grpc-status")}${text("0")}`,
      ].join(""),
    );
    expect(hex(encoder, headers)).toBe("c5c4c3c2c1c0bfbe");
    expect(hex(encoder, { ":path": "/d" })).toBe(`44${text("/d")}`);
    expect(hex(encoder, headers)).toBe("c6c5c4c3c2c1c0bf");
  });

  test("secrets are never indexed", () => {
    const encoder = new HpackEncoder();
    const expected = `1f08${text("x")}1f11${text("y")}1f22${text("z")}`;
    for (let round = 0; round < 2; round++) {
      expect(hex(encoder, { authorization: "x", cookie: "y", "proxy-authorization": "z" })).toBe(expected);
    }
  });

  test("other fields are literals without indexing", () => {
    const encoder = new HpackEncoder();
    for (let round = 0; round < 2; round++) {
      expect(hex(encoder, { "grpc-timeout": "1S", accept: "x" })).toBe(
        `00${text("grpc-timeout")}${text("1S")}0f04${text("x")}`,
      );
    }
  });

  test("more than a quarter of the table is not put into it", () => {
    const encoder = new HpackEncoder();
    const path = (length: number) => ({ ":path": "p".repeat(length) });
    const fits = 1024 - 32 - ":path".length;
    expect(encoder.encode(path(fits))[0]).toBe(0x44);
    expect(hex(encoder, path(fits))).toBe("be");
    for (let round = 0; round < 2; round++) expect(encoder.encode(path(fits + 1))[0]).toBe(0x04);
    expect(hex(encoder, path(fits))).toBe("be");
  });

  test("an evicted field is inserted again", () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(1e6);
    for (let number = 0; number < 1000; number++) {
      const path = `/${number % 150}`;
      const block = encoder.encode({ ":path": path });
      expect(decoder.decode(block, 0, block.length)).toEqual([":path", path]);
    }
    expect(encoder.encode({ ":path": "/98" })[0]).toBeGreaterThan(0x80);
    expect(encoder.encode({ ":path": "/100" })[0]).toBe(0x44);
  });

  test("inherited properties are not fields", () => {
    expect(hex(new HpackEncoder(), Object.assign(Object.create({ a: "b" }), { ":method": "GET" }))).toBe("82");
  });
});

describe("the peer's table size", () => {
  const inserted = `40${text("te")}${text("trailers")}`;

  test.each([
    ["smaller", [100], "3f45", true],
    ["too small for the field", [41], "3f0a", false],
    ["0", [0], "20", false],
    ["the default", [4096], "", true],
    ["larger", [65_536], "", true],
    ["ever smaller", [200, 100], "3f45", true],
    ["larger, then smaller", [8192, 31], "3f00", false],
    ["smaller, then as before", [100, 4096], "203fe11f", false],
    ["smaller, then larger than we use", [100, 2 ** 32 - 1], "203fe11f", false],
    ["smaller, then not as small", [300, 200, 250], "203fdb01", false],
  ])("%s", (_name, sizes, update, kept) => {
    const encoder = new HpackEncoder();
    expect(hex(encoder, { te: "trailers" })).toBe(inserted);
    for (const size of sizes) encoder.setMaxTableBytes(size);
    expect(hex(encoder, { ":method": "GET" })).toBe(`${update}82`);
    expect(hex(encoder, { te: "trailers" }) === "be").toBe(kept);
  });

  test("growing again", () => {
    const encoder = new HpackEncoder();
    encoder.setMaxTableBytes(0);
    expect(hex(encoder, { te: "trailers" })).toBe(`2000${text("te")}${text("trailers")}`);
    encoder.setMaxTableBytes(1000);
    expect(hex(encoder, { te: "trailers" })).toBe(`3fc907${inserted}`);
    expect(hex(encoder, { te: "trailers" })).toBe("be");
  });
});

describe("the buffer", () => {
  test("is used again", () => {
    const encoder = new HpackEncoder();
    const first = encoder.encode({ a: "1" });
    const second = encoder.encode({ b: "2" });
    expect(second.buffer).toBe(first.buffer);
  });

  test("grows, and shrinks after a very large block", () => {
    const encoder = new HpackEncoder();
    const usual = encoder.encode({ a: "1" }).buffer.byteLength;
    const middle = { a: "1", b: "x".repeat(10_000) };
    expect(encoder.encode(middle)).toHaveLength(5 + 3 + 3 + 10_000);
    expect(encoder.encode({ a: "1" }).buffer.byteLength).toBeGreaterThan(10_000);
    const large = encoder.encode({ a: "1", b: "x".repeat(1_000_000), c: "2" });
    expect(new HpackDecoder(2e6).decode(large, 0, large.length)).toEqual(
      Object.entries({ a: "1", b: "x".repeat(1_000_000), c: "2" }).flat(),
    );
    expect(encoder.encode({ a: "1" }).buffer.byteLength).toBe(usual);
  });
});

describe("round trips", () => {
  const name = fc.oneof(
    fc.constantFrom(":authority", ":path", ":status", "te", "content-type", "grpc-status", "grpc-encoding"),
    fc.constantFrom("authorization", "cookie", "accept", "vary", "grpc-message", "x"),
    fc.string({ minLength: 1, maxLength: 40 }).filter((key) => key !== "__proto__"),
  );
  const latin1 = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const text = fc.oneof(
    fc.constantFrom("", "0", "/", "200", "trailers", "application/grpc"),
    latin1,
    fc.tuple(latin1, fc.nat(40)).map(([part, count]) => part.repeat(count)),
  );
  const value = fc.oneof(text, fc.nat(20), fc.array(text, { maxLength: 3 }));
  const size = fc.oneof(fc.nat(10_000), fc.nat(300), fc.constantFrom(0, 4096));
  const steps = fc.array(
    fc.record({
      sizes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(size, { maxLength: 3 })),
      headers: fc.dictionary(name, value, { maxKeys: 12 }),
    }),
    { maxLength: 12 },
  );

  test("any headers, while the table size changes", () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(Number.POSITIVE_INFINITY);
        for (const { sizes, headers } of steps) {
          for (const size of sizes) encoder.setMaxTableBytes(size);
          const block = encoder.encode(headers);
          const expected = Object.entries(headers).flatMap(([name, value]) =>
            (Array.isArray(value) ? value : [value]).flatMap((item) => [name, String(item)]),
          );
          // Its name and value.
          const sent = expected.map((part) => Buffer.from(part, "latin1").toString("latin1"));
          expect(decoder.decode(block, 0, block.length)).toEqual(sent);
        }
      }),
      { numRuns: 500 },
    );
  });
});
