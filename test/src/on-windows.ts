import { vi } from "vitest";

/** Runs a test as on Windows, as far as `process.platform` says so; modules that it imports are read anew. */
export async function onWindows<T>(run: () => T | Promise<T>): Promise<T> {
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  Object.defineProperty(process, "platform", { ...platform, value: "win32" });
  vi.resetModules();
  try {
    return await run();
  } finally {
    Object.defineProperty(process, "platform", platform);
    vi.resetModules();
  }
}
