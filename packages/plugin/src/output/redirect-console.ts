type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * Makes the global console write to `process.stdout` and `process.stderr`, as Node's does. Bun's and Deno's write to
 * the descriptors directly and bypass redirected streams. The console object stays the same for code that holds it.
 */
export function redirectConsole(): void {
  const { Console } = process.getBuiltinModule("node:console");
  const methods = console as unknown as Methods;
  let replacement: Methods | undefined;
  for (const name of Object.keys(Console.prototype as object)) {
    methods[name] = (...args) => {
      // Creating a console is slow, and most plugins never print.
      replacement ??= new Console({ stdout: process.stdout, stderr: process.stderr }) as unknown as Methods;
      return replacement[name]!(...args);
    };
  }
  // Bun's own method writes its arguments unchanged.
  if ("write" in methods) methods.write = (...chunks) => writeAll(chunks as (string | Uint8Array)[]);
}

function writeAll(chunks: readonly (string | Uint8Array)[]): void {
  for (const chunk of chunks) process.stdout.write(chunk);
}
