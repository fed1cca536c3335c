import { availableParallelism } from "node:os";

/** Worker threads for a plugin's handlers. Go: none; goroutines run on all cores. */
export interface WorkerOptions {
  /**
   * Threads that run handlers. Each has a copy of the plugin's modules in memory.
   * @default os.availableParallelism()
   */
  readonly size?: number;
  /**
   * The methods that run in threads, by the plugin's name: those that compute. All others stay on the main thread.
   * @default every method of every plugin
   */
  readonly methods?: { readonly [plugin: string]: readonly string[] };
  /**
   * The module that a thread loads. It has to call `serve` with the same arguments, which then serves the thread.
   * @default the program's own file, process.argv[1]
   */
  readonly module?: string | URL;
}

/** Options that were validated, with their defaults. */
export interface WorkerSettings {
  readonly size: number;
  readonly methods: WorkerOptions["methods"];
  readonly module: string | URL;
}

/** @throws {TypeError} */
export function validateWorkerOptions(workers: number | WorkerOptions): WorkerSettings {
  const options = typeof workers === "number" ? { size: workers } : workers;
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`option workers: expected a number of threads, or an object, got ${String(workers)}`);
  }
  const { size = availableParallelism(), methods, module = process.argv[1] } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new TypeError(`option workers.size: expected a whole number from 1 up, got ${String(size)}`);
  }
  if (module === undefined || module === process.execPath) {
    throw new TypeError(
      "option workers.module: expected the file of a module that calls serve, got none, and this program is not a file that a thread could load",
    );
  }
  return { size, methods, module };
}
