/** The part of libc that is needed, as `bun:ffi` calls it. */
interface Libc {
  dup(fd: number): number;
  dup2(from: number, to: number): number;
  fcntl(fd: number, command: number, argument: number): number;
}

interface BunFfi {
  dlopen(path: string, symbols: object): { readonly symbols: Libc };
}

/** "The lowest copy from this number on, closed in child processes", in the numbers of Linux. */
const duplicateCloseOnExec = 1030;

/**
 * On Bun: makes descriptor 1 a copy of descriptor 2, in one step that no other thread can interrupt, and returns a copy
 * of the old descriptor 1, which child processes do not inherit. Returns `undefined`, and changes nothing, when libc
 * cannot be called.
 */
export function duplicateStdout(): number | undefined {
  const libc = openLibc();
  if (!libc) return undefined;
  // On macOS, Bun closes in a child process every descriptor that it was not given to pass on.
  const copy = process.platform === "linux" ? libc.fcntl(1, duplicateCloseOnExec, 3) : libc.dup(1);
  if (copy < 0) return undefined;
  return libc.dup2(2, 1) === 1 ? copy : undefined;
}

function openLibc(): Libc | undefined {
  const number = { args: ["i32"], returns: "i32" };
  const symbols = {
    dup: number,
    dup2: { args: ["i32", "i32"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  };
  for (const name of libcNames()) {
    try {
      return (process.getBuiltinModule("bun:ffi") as BunFfi).dlopen(name, symbols).symbols;
    } catch {
      // A different libc, or a build of Bun without FFI. At the end of the list nothing was found.
    }
  }
  return undefined;
}

function libcNames(): readonly string[] {
  if (process.platform === "darwin") return ["libSystem.B.dylib"];
  if (process.platform !== "linux") return [];
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return ["libc.so.6", `libc.musl-${machine}.so.1`];
}
