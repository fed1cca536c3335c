export interface HostSettings {
  /** The command that starts the host; `{plugin}` in it becomes the plugin's path. */
  readonly command: readonly string[];
  readonly cookie: { readonly key: string; readonly value: string } | undefined;
  /** Path of a unary method that the kit's plugins answer with the message that they got. */
  readonly echo: string | undefined;
  /** Milliseconds that the host has from start to end. */
  readonly timeoutMs: number;
  /** After what time the host gives up on a plugin that prints no line. */
  readonly startTimeoutMs: number | undefined;
}
