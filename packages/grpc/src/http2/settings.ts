/** The limits that a connection announces to its peer and enforces. */
export interface Http2Settings {
  /** The receive window of a stream. */
  readonly windowBytes: number;
  readonly maxHeaderListBytes: number;
  /** Server only. @default no limit */
  readonly maxConcurrentStreams?: number;
}

/** The settings for the options of a channel or a server. */
export function http2Settings(options: Partial<Http2Settings>): Http2Settings {
  return {
    windowBytes: options.windowBytes ?? 1024 * 1024,
    maxHeaderListBytes: options.maxHeaderListBytes ?? 128 * 1024,
    ...(options.maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams: options.maxConcurrentStreams }),
  };
}
