import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readExecutableFormat } from "./executable-format.js";

function header(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

const elf = (endianness: 1 | 2, machine: number) =>
  header(64, (bytes) => {
    bytes.write("\x7fELF", "latin1");
    bytes[5] = endianness;
    if (endianness === 1) bytes.writeUInt16LE(machine, 18);
    else bytes.writeUInt16BE(machine, 18);
  });
const machO = (magic: number, cpu: number) =>
  header(64, (bytes) => {
    bytes.writeUInt32LE(magic, 0);
    bytes.writeUInt32LE(cpu, 4);
  });
const pe = (machine: number) =>
  header(256, (bytes) => {
    bytes.write("MZ", "latin1");
    bytes.writeUInt32LE(128, 60);
    bytes.write("PE\0\0", 128, "latin1");
    bytes.writeUInt16LE(machine, 132);
  });

test.each([
  ["ELF x64", elf(1, 62), { kind: "ELF", architecture: "x64" }],
  ["ELF arm64", elf(1, 183), { kind: "ELF", architecture: "arm64" }],
  ["ELF s390x, big endian", elf(2, 22), { kind: "ELF", architecture: "s390x" }],
  ["ELF of an unknown machine", elf(1, 999), { kind: "ELF", architecture: "unknown (999)" }],
  ["Mach-O arm64", machO(0xfeedfacf, 0x100000c), { kind: "Mach-O", architecture: "arm64" }],
  ["Mach-O x64", machO(0xfeedfacf, 0x1000007), { kind: "Mach-O", architecture: "x64" }],
  ["Mach-O, 32 bit", machO(0xfeedface, 7), { kind: "Mach-O", architecture: "ia32" }],
  ["PE x64", pe(0x8664), { kind: "PE", architecture: "x64" }],
  ["PE arm64", pe(0xaa64), { kind: "PE", architecture: "arm64" }],
  ["MZ alone", header(64, (bytes) => bytes.write("MZ")), { kind: "unknown" }],
  ["a script", Buffer.from("#! /usr/bin/env node\n"), { kind: "script", interpreter: "/usr/bin/env" }],
  ["text", Buffer.from("hello"), { kind: "unknown" }],
  ["nothing", Buffer.alloc(0), { kind: "unknown" }],
])("%s", (_, bytes, format) => {
  expect(readExecutableFormat(bytes)).toEqual(format);
});

test("the program that runs this test has this machine's architecture", () => {
  expect(readExecutableFormat(readFileSync(process.execPath).subarray(0, 4096))).toMatchObject({
    architecture: process.arch,
  });
});
