import { vi } from "vitest";

/** Runs a test with `process.platform` set to win32. Modules that it imports are loaded anew. */
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
