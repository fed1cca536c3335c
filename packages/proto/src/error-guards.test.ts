import { isGobError } from "@go-plugin/gob";
import { isStatusError, StatusError } from "@go-plugin/grpc";
import { expect, test } from "vitest";
import { BrokerError, isBrokerError, isSocketError, SocketError } from "./index.js";

// A second copy of a class: the same names and codes, but no instance of this one.
function fromAnotherCopy(name: string, own: object): Error {
  return Object.assign(new Error("x"), { name }, own);
}

test.each([
  ["BrokerError", isBrokerError, new BrokerError("ERR_BROKER_CLOSED", "x"), { code: "ERR_BROKER_CLOSED" }],
  ["SocketError", isSocketError, new SocketError("ERR_SOCKET_LISTEN", "x"), { code: "ERR_SOCKET_LISTEN" }],
  ["StatusError", isStatusError, new StatusError(5, "x"), { code: 5, details: "x" }],
  ["GobEncodeError", isGobError, undefined, { code: "ERR_GOB_ENCODE", path: "" }],
])("%s is known, whichever copy made it", (name, is, own, details) => {
  if (own !== undefined) expect(is(own)).toBe(true);
  expect(is(fromAnotherCopy(name, details))).toBe(true);
  for (const other of [
    new Error("x"),
    { name, ...details },
    undefined,
    null,
    fromAnotherCopy("Other", { code: "EPIPE" }),
  ]) {
    expect(is(other)).toBe(false);
  }
});
