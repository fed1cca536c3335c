type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * Makes the global console write to `process.stdout` and `process.stderr`, as Node's does. Bun's and Deno's write to
 * the descriptors themselves, past whatever has become of the streams. The console object stays, for whoever holds it.
 */
export function redirectConsole(): void {
  const { Console } = process.getBuiltinModule("node:console");
  const methods = console as unknown as Methods;
  let replacement: Methods | undefined;
  for (const name of Object.keys(Console.prototype as object)) {
    methods[name] = (...args) => {
      // To make one takes long, and most plugins never print.
      replacement ??= new Console({ stdout: process.stdout, stderr: process.stderr }) as unknown as Methods;
      return replacement[name]!(...args);
    };
  }
  // Bun's own: what it is given, as it is.
  if ("write" in methods) methods.write = (...chunks) => writeAll(chunks as (string | Uint8Array)[]);
}

function writeAll(chunks: readonly (string | Uint8Array)[]): void {
  for (const chunk of chunks) process.stdout.write(chunk);
}
