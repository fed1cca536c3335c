import { describe, expect, test, vi } from "vitest";
import {
  ClientOnWire,
  data,
  endHeaders,
  headers,
  leftIn,
  nothingLeft,
  ping,
  responseFields,
  settings,
  turns,
  Wire,
} from "./test-support.js";

type Write = (wire: Wire, chunk: Buffer, done: (error?: Error | null) => void) => void;

/** A wire whose writes fail like this from the n-th on. */
class BadWire extends Wire {
  readonly #bad: Write;
  #good: number;

  constructor(bad: Write, good: number) {
    super(true);
    this.#bad = bad;
    this.#good = good;
  }

  override _write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    if (this.#good-- > 0) super._write(chunk, encoding, done);
    else this.#bad(this, chunk, done);
  }
}

const oops = new Error("oops");

describe("a transport that", () => {
  test.each<[string, Write, Error | undefined]>([
    ["fails a write", (_wire, _chunk, done) => done(oops), oops],
    ["fails a write later", (_wire, _chunk, done) => setImmediate(done, oops), oops],
    ["is destroyed by a write", (wire, _chunk, done) => done(void wire.destroy(oops) as undefined), oops],
    ["is destroyed by a write that never ends", (wire) => wire.destroy(), undefined],
    ["ends by a write", (wire, _chunk, done) => done(void wire.push(null) as undefined), undefined],
    [
      "speaks within a write, and ends",
      (wire, _chunk, done) => {
        wire.push(Buffer.concat([settings(), headers(1, responseFields, endHeaders), data(1, "x"), ping]));
        wire.push(null);
        done();
      },
      undefined,
    ],
    [
      "breaks the protocol within a write",
      (wire, _chunk, done) => {
        wire.push(data(0));
        wire.push(null);
        done();
      },
      undefined,
    ],
  ])("%s: every call is told, once", async (_what, write, error) => {
    for (const good of [0, 1, 2]) {
      const c = new ClientOnWire({}, new BadWire(write, good));
      const calls = [c.request(), c.request()];
      for (let i = 0; i < 4; i++) {
        for (const { stream } of calls) stream.output.write([Buffer.alloc(5000)]);
        await turns();
        c.wire.push(Buffer.alloc(0));
      }
      await turns();
      // After a failed write, data that the peer has sent before is read for up to a second.
      await vi.waitFor(
        () => expect(c.events.filter((event) => event !== "ready")).toEqual(["draining", "close"]),
        5000,
      );
      for (const { recorder } of calls) {
        expect(recorder.log.at(-1)).toBe("close");
        expect(recorder.closed?.lost).toBe(c.error);
      }
      if (error !== undefined) expect(c.error).toBe(error);
      expect(leftIn(c.connection)).toEqual(nothingLeft);
    }
  });

  test("is destroyed already is refused", () => {
    const wire = new Wire(true);
    wire.on("error", () => {}).destroy(oops);
    expect(() => new ClientOnWire({}, wire)).toThrow(oops);
  });

  test("gives empty chunks gives nothing", async () => {
    const c = new ClientOnWire();
    const { recorder } = c.request();
    for (const byte of Buffer.concat([settings(), headers(1, responseFields), data(1, "x")])) {
      c.wire.push(Buffer.from([byte]));
      c.wire.emit("data", Buffer.alloc(0));
    }
    await turns();
    expect(recorder.log).toEqual(["headers", "data"]);
  });
});
