import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { BinaryBudget } from "./binary-budget.js";
import type { HeaderRecord } from "./header-list.js";
import { Metadata } from "./metadata.js";

function written(metadata: Metadata): HeaderRecord {
  const headers: HeaderRecord = {};
  metadata.writeTo(headers);
  return headers;
}

function received(...fields: [string, string][]): Metadata {
  const metadata = new Metadata();
  const budget = new BinaryBudget();
  for (const [name, value] of fields) metadata.receive(name, value, budget);
  return metadata;
}

describe("Metadata", () => {
  test("keys are case-insensitive and have several values", () => {
    const metadata = new Metadata({ A: ["1", "2"], b: "3" });
    expect(metadata.append("a", "4").getAll("A")).toEqual(["1", "2", "4"]);
    expect(metadata.set("B", "5").get("b")).toBe("5");
    expect([...metadata]).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["a", "4"],
      ["b", "5"],
    ]);
    expect(metadata.delete("A")).toBe(true);
    expect(metadata.has("a")).toBe(false);
    expect(metadata.get("a")).toBeUndefined();
    expect(metadata.getAll("a")).toEqual([]);
  });

  test("a clone is independent", () => {
    const original = new Metadata({ a: "1" });
    original.clone().append("a", "2");
    expect(original.getAll("a")).toEqual(["1"]);
  });

  test("the key decides the type of the value", () => {
    expectTypeOf(new Metadata().get("a")).toEqualTypeOf<string | undefined>();
    expectTypeOf(new Metadata().get("a-bin")).toEqualTypeOf<Uint8Array | undefined>();
  });

  test.each([
    ["", "x"],
    ["white space", "x"],
    [":path", "x"],
    ["ä", "x"],
    ["host", "x"],
    ["connection", "x"],
    ["HTTP2-Settings", "x"],
    ["content-length", "1"],
    ["a", "line\nbreak"],
    ["a", "ö"],
    ["a", Buffer.from("bytes")],
    ["a-bin", "text"],
  ])("%j: %j is refused", (key, value) => {
    expect(() => new Metadata().set(key, value)).toThrow(TypeError);
    expect(() => new Metadata().append(key, value)).toThrow(TypeError);
  });

  test("gRPC's own headers are neither sent nor shown", () => {
    expect(written(new Metadata({ te: "x", "grpc-timeout": "1S", "content-type": "x", own: "y" }))).toEqual({
      own: "y",
    });
    expect([...received([":path", "/"], ["te", "trailers"], ["grpc-status", "0"], ["own", "y"])]).toEqual([
      ["own", "y"],
    ]);
  });

  test("received metadata can always be sent on", () => {
    expect([...received(["http2-settings", "x"], ["content-length", "5"], ["own", "y"])]).toEqual([["own", "y"]]);
  });

  test("several values are several fields, unless HTTP does not repeat the header", () => {
    const metadata = new Metadata({ a: ["1", "2"], authorization: ["x", "y"] });
    expect(written(metadata)).toEqual({ a: ["1", "2"], authorization: "x, y" });
  });

  test.each([
    ["", [""]],
    ["AA==", ["\0"]],
    ["AA", ["\0"]],
    ["AAE", ["\0\x01"]],
    ["AAE=", ["\0\x01"]],
    ["AAEC", ["\0\x01\x02"]],
    ["AA==,AAE", ["\0", "\0\x01"]],
    ["AA, AAEC", ["\0", "\0\x01\x02"]],
  ])("binary %j is read, padded or not, joined or not", (header, values) => {
    const got = received(["x-bin", header]).getAll("x-bin");
    expect(got.map((value) => Buffer.from(value).toString("latin1"))).toEqual(values);
  });

  test.each(["A", "AA=", "AAA==", "=", "AA.A", "A A A A A", "AAAA="])("binary %j is malformed", (header) => {
    expect(() => received(["x-bin", header])).toThrow(/malformed binary metadata .* in header "x-bin"/);
  });

  test("any bytes come back, unpadded on the wire", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1 }), (values) => {
        const headers = [written(new Metadata({ "x-bin": values }))["x-bin"] as string | string[]].flat();
        expect(headers.join("")).not.toContain("=");
        const got = received(...headers.map((header): [string, string] => ["x-bin", header])).getAll("x-bin");
        expect(got.map((value) => [...value])).toEqual(values.map((value) => [...value]));
      }),
    );
  });
});

test("a list holds at most 1,000 binary values, in however few fields", () => {
  expect(received(["a-bin", ",".repeat(999)]).getAll("a-bin")).toHaveLength(1000);
  const tooMany = 'more than 1000 binary metadata values, the last one in header "a-bin"';
  expect(() => received(["a-bin", ",".repeat(1000)])).toThrow(tooMany);
  expect(() => received(["a-bin", ",".repeat(500)], ["a-bin", ",".repeat(500)])).toThrow(tooMany);
});
