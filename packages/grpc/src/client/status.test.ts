import { describe, expect, test } from "vitest";
import { BinaryBudget } from "../headers/binary-budget.js";
import { Metadata } from "../headers/metadata.js";
import { errorCodeName } from "../http2/error-code.js";
import { deserialize, serialize } from "../messages/codec.js";
import { Status, StatusError, statusName } from "../status/status.js";
import { describeHttpResponse, httpStatusToCode, resetToCode } from "./response-status.js";

describe("StatusError", () => {
  test("its message has the name of the code", () => {
    const error = new StatusError(Status.NOT_FOUND, "no such key", new Metadata({ a: "b" }));
    expect(error).toMatchObject({
      code: 5,
      details: "no such key",
      message: "NOT_FOUND: no such key",
      name: "StatusError",
    });
    expect(error.metadata.get("a")).toBe("b");
    expect(new StatusError(Status.ABORTED, "").message).toBe("ABORTED");
    expect(statusName(99)).toBe("99");
  });

  test("any thrown value becomes one", () => {
    const status = new StatusError(Status.ABORTED, "x");
    expect(StatusError.from(status)).toBe(status);
    const cause = new TypeError("broken");
    expect(StatusError.from(cause)).toMatchObject({ code: Status.UNKNOWN, details: "broken", cause });
    expect(StatusError.from("text")).toMatchObject({ code: Status.UNKNOWN, details: "text" });
    expect(StatusError.from(undefined)).toMatchObject({ code: Status.UNKNOWN, details: "undefined" });
  });

  test.each([
    ["an object without a prototype", Object.create(null)],
    ["an object whose conversion fails", { toString: () => expect.fail() }],
    ["an error whose message cannot be read", Object.defineProperty(new Error(), "message", { get: expect.fail })],
  ])("%s becomes one too", (_what, thrown) => {
    const unknown = { code: Status.UNKNOWN, details: "a value that cannot be shown", cause: thrown };
    expect(StatusError.from(thrown)).toMatchObject(unknown);
    const encode = () => {
      throw thrown;
    };
    expect(() => serialize(encode, "")).toThrow("error while marshaling: a value that cannot be shown");
    expect(() => deserialize(encode, Buffer.of())).toThrow("failed to unmarshal the received message: a value that");
  });

  test("it recognises errors of another copy of the package", () => {
    class Other extends Error {
      override readonly name = "StatusError";
      readonly code = 9;
      readonly details = "elsewhere";
      readonly metadata = new Metadata({ a: "b" });
    }
    const other = new Other();
    expect(StatusError.from(other)).toMatchObject({ code: 9, details: "elsewhere", cause: other });
    expect(StatusError.from(other).metadata.get("a")).toBe("b");
    other.metadata.receive("received", "\u00e4", new BinaryBudget());
    expect(StatusError.from(other).metadata.get("received")).toBe("\u00e4");
  });
});

describe("status mapping", () => {
  test.each([
    [200, Status.UNKNOWN],
    [400, Status.INTERNAL],
    [401, Status.UNAUTHENTICATED],
    [403, Status.PERMISSION_DENIED],
    [404, Status.UNIMPLEMENTED],
    [415, Status.UNKNOWN],
    [429, Status.UNAVAILABLE],
    [500, Status.UNKNOWN],
    [502, Status.UNAVAILABLE],
    [503, Status.UNAVAILABLE],
    [504, Status.UNAVAILABLE],
  ])("HTTP status %d is %d", (httpStatus, code) => {
    expect(httpStatusToCode(httpStatus)).toBe(code);
  });

  test.each([
    [0, "NO_ERROR", Status.INTERNAL],
    [1, "PROTOCOL_ERROR", Status.INTERNAL],
    [2, "INTERNAL_ERROR", Status.INTERNAL],
    [3, "FLOW_CONTROL_ERROR", Status.RESOURCE_EXHAUSTED],
    [4, "SETTINGS_TIMEOUT", Status.INTERNAL],
    [5, "STREAM_CLOSED", Status.INTERNAL],
    [6, "FRAME_SIZE_ERROR", Status.INTERNAL],
    [7, "REFUSED_STREAM", Status.UNAVAILABLE],
    [8, "CANCEL", Status.CANCELLED],
    [9, "COMPRESSION_ERROR", Status.INTERNAL],
    [10, "CONNECT_ERROR", Status.INTERNAL],
    [11, "ENHANCE_YOUR_CALM", Status.RESOURCE_EXHAUSTED],
    [12, "INADEQUATE_SECURITY", Status.PERMISSION_DENIED],
    [13, "HTTP_1_1_REQUIRED", Status.INTERNAL],
    [0xff, "unknown error code 0xff", Status.UNKNOWN],
  ])("reset %d (%s) is %d", (errorCode, name, code) => {
    expect(errorCodeName(errorCode)).toBe(name);
    expect(resetToCode(errorCode)).toBe(code);
  });

  test("a response that is not gRPC is described", () => {
    expect(describeHttpResponse(404, "text/html")).toBe(
      'unexpected HTTP status code received from server: 404 (Not Found); transport: received unexpected content-type "text/html"',
    );
    expect(describeHttpResponse(200, undefined)).toContain("malformed header: missing HTTP content-type");
  });
});
