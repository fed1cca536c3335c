import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";
import { encodeTime } from "./time.js";

describe("time.Time", () => {
  test("as a Date keeps milliseconds", () => {
    const dates = fc.date({ min: new Date("-100000-01-01"), max: new Date("+100000-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(gob.decode(gob.time, gob.encode(gob.time, date))).toEqual(date);
      }),
    );
  });

  test("with all it carries", () => {
    const times = fc.record({
      seconds: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
      offset: fc.oneof(
        fc.constant("UTC" as const),
        fc.integer({ min: -86_400, max: 86_400 }).filter((offset) => Math.trunc(offset / 60) !== -1),
      ),
    });
    fc.assert(
      fc.property(times, (time) => {
        expect(gob.decode(gob.goTime, gob.encode(gob.goTime, time))).toEqual(time);
        expect(encodeTime(time)[0]).toBe(time.offset === "UTC" || time.offset % 60 === 0 ? 1 : 2);
      }),
    );
  });

  test("Go's zero time is year 1, and left out", () => {
    const At = gob.struct("At", { T: gob.time });
    const zero = gob.decode(At, gob.encode(At, {})).T;
    expect(zero.toISOString()).toBe("0001-01-01T00:00:00.000Z");
    expect(gob.encode(At, { T: zero })).toEqual(gob.encode(At, {}));
    expect(gob.encode(At, { T: new Date(0) })).not.toEqual(gob.encode(At, {}));
  });

  test.each([
    ["no bytes", []],
    ["an unknown version", [3, ...new Array(14).fill(0)]],
    ["version 1 with a byte too many", [1, ...new Array(15).fill(0)]],
    ["version 2 without its last byte", [2, ...new Array(14).fill(0)]],
  ])("refuses %s", (_, bytes) => {
    const opaque = gob.marshaler<Uint8Array>("gob", {
      name: "Time",
      encode: (value) => value,
      decode: (value) => value,
      zero: () => new Uint8Array(),
    });
    expect(() => gob.decode(gob.goTime, gob.encode(opaque, Uint8Array.from(bytes)))).toThrow(gob.GobFormatError);
  });

  test("refuses what Go cannot send, and what a Date cannot hold", () => {
    const time = { seconds: 0n, nanoseconds: 0, offset: "UTC" } as const;
    for (const wrong of [
      { offset: -60 },
      { offset: -61 },
      { offset: 0.5 },
      { offset: 2 ** 40 },
      { seconds: 2n ** 63n },
      { seconds: 2n ** 63n - 62_135_596_800n },
      { nanoseconds: -1 },
      { nanoseconds: 1e9 },
    ]) {
      expect(() => gob.encode(gob.goTime, { ...time, ...wrong })).toThrow(gob.GobEncodeError);
    }
    const far = gob.encode(gob.goTime, { ...time, seconds: 2n ** 50n });
    expect(() => gob.decode(gob.time, far)).toThrow(gob.GobFormatError);
  });
});

test("big.Int", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (value) => {
      expect(gob.decode(gob.bigInt, gob.encode(gob.bigInt, value))).toBe(value);
    }),
  );
});
