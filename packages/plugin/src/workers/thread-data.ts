/** The start data of a worker thread. */
export interface ThreadData {
  /** Marks the thread as one of `serve`. */
  readonly goPluginWorker: true;
  readonly version: number;
  /** The last broker id that threads have used, shared by all. */
  readonly brokerIds: Int32Array;
}

export function isThreadData(data: unknown): data is ThreadData {
  return (data as ThreadData | null | undefined)?.goPluginWorker === true;
}
