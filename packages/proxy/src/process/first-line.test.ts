import { expect, test } from "vitest";
import { readHandshake } from "./first-line.js";

test.each([
  ["1|5|unix|/tmp/plugin|grpc|", { appVersion: 5, network: "unix", protocol: "grpc", multiplex: false }],
  ["1|5|unix|/tmp/plugin", { protocol: "netrpc", multiplex: false }],
  ["1|5|unix|/tmp/plugin|grpc||true", { multiplex: true }],
  ["1|5|unix|/tmp/plugin|grpc||1", { multiplex: true }],
  ["1|5|unix|/tmp/plugin|netrpc||true", { multiplex: false }],
  ["1|+5|tcp|127.0.0.1:1234|grpc|", { appVersion: 5, network: "tcp" }],
  [" 1|5|unix|/tmp/plugin|grpc|short\r", { serverCertificate: "" }],
])("%j is read as a host reads it", (line, expected) => {
  expect(readHandshake(line)).toMatchObject(expected);
});

test("the fields stay as they stand in the line, so that all but the address can be handed on", () => {
  expect(readHandshake("1|5|unix|/tmp/plugin|grpc|short|true|more")?.fields).toEqual([
    "1",
    "5",
    "unix",
    "/tmp/plugin",
    "grpc",
    "short",
    "true",
    "more",
  ]);
});

test.each([
  "",
  "hello",
  "2|5|unix|/tmp/plugin|grpc|",
  "1|0x5|unix|/tmp/plugin|grpc|",
  "1|5|pipe|/tmp/plugin|grpc|",
  "1|5|tcp|nowhere|grpc|",
])("%j is no handshake for any host", (line) => {
  expect(readHandshake(line)).toBeUndefined();
});
