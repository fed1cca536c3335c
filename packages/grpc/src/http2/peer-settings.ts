import {
  defaultMaxFrameBytes,
  defaultWindowBytes,
  flowControlError,
  maxWindowBytes,
  protocolError,
  Setting,
} from "./frame.js";

/**
 * The limit until the peer's first settings arrive. They may allow fewer; a call that is then refused is sent again.
 * grpc-go waits for the settings before its first call, which costs a round trip at every start.
 */
const streamsBeforeSettings = 4;

/** The peer's settings, or the defaults until it has announced them (RFC 9113 §6.5.2). */
export class PeerSettings {
  initialWindowBytes = defaultWindowBytes;
  maxFrameBytes = defaultMaxFrameBytes;
  maxHeaderListBytes = Number.POSITIVE_INFINITY;
  /** undefined until settings arrive. */
  #announcedStreams: number | undefined;

  get maxConcurrentStreams(): number {
    return this.#announcedStreams ?? streamsBeforeSettings;
  }

  /** Settings begin. Returns true for the first. */
  begin(): boolean {
    if (this.#announcedStreams !== undefined) return false;
    this.#announcedStreams = Number.POSITIVE_INFINITY;
    return true;
  }

  /** @throws {Http2Error} for a value that is not allowed. */
  set(id: number, value: number): void {
    switch (id) {
      case Setting.enablePush:
        if (value > 1) throw protocolError(`SETTINGS_ENABLE_PUSH ${value}`);
        break;
      case Setting.maxConcurrentStreams:
        this.#announcedStreams = value;
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
