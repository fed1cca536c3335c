import {
  defaultMaxFrameBytes,
  defaultWindowBytes,
  flowControlError,
  maxWindowBytes,
  protocolError,
  Setting,
} from "./frame.js";

/** What the peer has announced, or what holds until it does. RFC 9113 §6.5.2. */
export class PeerSettings {
  /** Until the first settings, which may allow fewer than we have opened by then (Go: `defaultMaxStreamsClient`). */
  maxConcurrentStreams = 100;
  initialWindowBytes = defaultWindowBytes;
  maxFrameBytes = defaultMaxFrameBytes;
  maxHeaderListBytes = Number.POSITIVE_INFINITY;

  /** The first settings come. */
  begin(): void {
    this.maxConcurrentStreams = Number.POSITIVE_INFINITY;
  }

  /** @throws ConnectionError for a value that is not allowed. */
  set(id: number, value: number): void {
    switch (id) {
      case Setting.enablePush:
        if (value > 1) throw protocolError(`SETTINGS_ENABLE_PUSH ${value}`);
        break;
      case Setting.maxConcurrentStreams:
        this.maxConcurrentStreams = value;
        break;
      case Setting.initialWindowSize:
        if (value > maxWindowBytes) throw flowControlError(`SETTINGS_INITIAL_WINDOW_SIZE ${value}`);
        this.initialWindowBytes = value;
        break;
      case Setting.maxFrameSize:
        if (value < defaultMaxFrameBytes || value > 0xff_ffff) throw protocolError(`SETTINGS_MAX_FRAME_SIZE ${value}`);
        this.maxFrameBytes = value;
        break;
      case Setting.maxHeaderListSize:
        this.maxHeaderListBytes = value;
        break;
    }
  }
}
