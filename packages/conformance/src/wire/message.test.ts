import { expect, test } from "vitest";
import { bytesOf, decodeMessage, encodeMessage, numberOf, textOf } from "./message.js";

test("the messages of the specification", () => {
  const info = encodeMessage([1, 1], [2, "unix"], [3, "/tmp/plugin456"]);
  expect(info.toString("hex")).toBe("08011204756e69781a0e2f746d702f706c7567696e343536");
  expect(textOf(decodeMessage(info), 3)).toBe("/tmp/plugin456");
  const knock = encodeMessage([1, 1], [4, encodeMessage([1, true])]);
  expect(knock.toString("hex")).toBe("080122020801");
  expect(numberOf(decodeMessage(bytesOf(decodeMessage(knock), 4)), 1)).toBe(1);
  expect(encodeMessage([1, 1], [4, encodeMessage([1, true], [2, true])]).toString("hex")).toBe("0801220408011001");
});

test("large numbers, absent fields, and bytes that are no message", () => {
  expect(numberOf(decodeMessage(encodeMessage([1, 2 ** 32 - 1])), 1)).toBe(2 ** 32 - 1);
  expect(textOf(decodeMessage(Buffer.alloc(0)), 1)).toBe("");
  expect(() => decodeMessage(Buffer.from("08", "hex"))).toThrow("not a protobuf message");
  expect(() => decodeMessage(Buffer.from("0d00000000", "hex"))).toThrow();
});
