import { expect, test } from "vitest";
import { isWellFormedRequest, isWellFormedResponse, isWellFormedTrailers } from "./header-rules.js";

const request = [":method", "POST", ":scheme", "http", ":path", "/a"];

test.each<[string, string[], boolean]>([
  ["all that is asked for", request, true],
  [
    "an authority and headers",
    [...request, ":authority", "", "te", "trailers", "x", "", "!#$%&'*+-.^_`|~09", "é"],
    true,
  ],
  ["no method", request.slice(2), false],
  ["no scheme", [":method", "POST", ":path", "/"], false],
  ["no path", request.slice(0, 4), false],
  ["an empty path", [...request.slice(0, 4), ":path", ""], false],
  ["two methods", [...request, ":method", "GET"], false],
  ["two schemes", [...request, ":scheme", "http"], false],
  ["two paths", [...request, ":path", "/"], false],
  ["two authorities", [...request, ":authority", "a", ":authority", "a"], false],
  ["a status", [...request, ":status", "200"], false],
  ["a pseudo-header behind others", ["a", "b", ...request], false],
  ["a path with a line break", [...request.slice(0, 4), ":path", "/\n"], false],
])("request: %s", (_what, headers, expected) => expect(isWellFormedRequest(headers)).toBe(expected));

test.each<[string, string[], boolean]>([
  ["a status", [":status", "200"], true],
  ["a status and headers", [":status", "999", "a", "b"], true],
  ["nothing", [], false],
  ["a status of two digits", [":status", "20"], false],
  ["a status of four digits", [":status", "2000"], false],
  ["a status below 100", [":status", "099"], false],
  ["a line behind the status", [":status", "200\n"], false],
  ["a second status", [":status", "200", ":status", "200"], false],
])("response: %s", (_what, headers, expected) => expect(isWellFormedResponse(headers)).toBe(expected));

test.each<[string, string, string, boolean]>([
  ["a header", "a", "b", true],
  ["no name", "", "b", false],
  ["an upper case name", "Ab", "b", false],
  ["a name with a space", "a b", "b", false],
  ["a name with a colon", "a:", "b", false],
  ["a name with a control character", "a\x7f", "b", false],
  ["a name beyond ASCII", "ä", "b", false],
  ["a value with NUL", "a", "b\0", false],
  ["a value with CR", "a", "\rb", false],
  ["a value with LF", "a", "b\nc", false],
  ["a value with a tab", "a", "b\tc", true],
  ["connection", "connection", "close", false],
  ["keep-alive", "keep-alive", "1", false],
  ["proxy-connection", "proxy-connection", "x", false],
  ["transfer-encoding", "transfer-encoding", "chunked", false],
  ["upgrade", "upgrade", "h2c", false],
  ["te of trailers", "te", "trailers", true],
  ["another te", "te", "gzip", false],
])("trailers: %s", (_what, name, value, expected) => {
  expect(isWellFormedTrailers([name, value])).toBe(expected);
  expect(isWellFormedResponse([":status", "200", name, value])).toBe(expected);
  expect(isWellFormedRequest([...request, name, value])).toBe(expected);
});
