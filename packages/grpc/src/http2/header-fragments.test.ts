import { expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { HeaderFragments } from "./header-fragments.js";

const tooMuch = expect.objectContaining({ name: "ConnectionError", code: ErrorCode.ENHANCE_YOUR_CALM });

test("joins the parts of one block after the other", () => {
  const fragments = new HeaderFragments(1000);
  for (const text of ["first", "second"]) {
    fragments.begin(5, text === "second");
    for (const letter of text) fragments.add(Buffer.from(`<${letter}>`), 1, 2);
    expect(fragments).toMatchObject({ streamId: 5, endStream: text === "second" });
    expect(fragments.take().toString()).toBe(text);
    expect(fragments.streamId).toBe(0);
  }
});

test("bounds the frames of one block, though they are empty", () => {
  const fragments = new HeaderFragments(1000);
  fragments.begin(1, false);
  for (let i = 0; i < 1024; i++) fragments.add(Buffer.alloc(0), 0, 0);
  expect(() => fragments.add(Buffer.alloc(0), 0, 0)).toThrow(tooMuch);
});

test("bounds the bytes of one block, beyond all that a list within the limit can be", () => {
  const fragments = new HeaderFragments(1000);
  const most = 4 * 1000 + 16_384;
  fragments.begin(1, false);
  fragments.add(Buffer.alloc(most), 0, most);
  expect(() => fragments.add(Buffer.alloc(1), 0, 1)).toThrow(tooMuch);
});
