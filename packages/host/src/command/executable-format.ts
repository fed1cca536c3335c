/** The format of an executable file. Architectures have Node's names. */
export type ExecutableFormat =
  | { readonly kind: "ELF" | "Mach-O" | "PE"; readonly architecture: string }
  | { readonly kind: "script"; readonly interpreter: string }
  | { readonly kind: "unknown" };

/** Bytes that {@link readExecutableFormat} needs, from the beginning of the file. */
export const executableHeaderBytes = 4096;

const elfMachines: Readonly<Record<number, string>> = {
  3: "ia32",
  8: "mips",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};
const machOCpus: Readonly<Record<number, string>> = { 7: "ia32", 12: "arm", 16777223: "x64", 16777228: "arm64" };
const peMachines: Readonly<Record<number, string>> = {
  332: "ia32",
  448: "arm",
  25188: "loong64",
  34404: "x64",
  43620: "arm64",
};

/** Recognises scripts and the executable formats of Go's diagnosis. */
export function readExecutableFormat(header: Buffer): ExecutableFormat {
  const magic = header.length >= 20 ? header.readUInt32BE(0) : 0;
  if (magic === 0x7f454c46) {
    const machine = header[5] === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
    return { kind: "ELF", architecture: named(elfMachines, machine) };
  }
  if (magic === 0xcefaedfe || magic === 0xcffaedfe) {
    return { kind: "Mach-O", architecture: named(machOCpus, header.readUInt32LE(4)) };
  }
  if (magic === 0xcafebabe) return { kind: "Mach-O", architecture: "universal" };
  if (header.length >= 64 && header.toString("latin1", 0, 2) === "MZ") {
    const start = header.readUInt32LE(60);
    if (start + 6 <= header.length && header.readUInt32LE(start) === 0x4550) {
      return { kind: "PE", architecture: named(peMachines, header.readUInt16LE(start + 4)) };
    }
  }
  const script = /^#!\s*([^\s]+)/.exec(header.toString("utf8", 0, 256));
  return script ? { kind: "script", interpreter: script[1]! } : { kind: "unknown" };
}

function named(names: Readonly<Record<number, string>>, value: number): string {
  return names[value] ?? `unknown (${value})`;
}
