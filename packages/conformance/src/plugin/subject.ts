/** The plugin that is checked, and what the kit has to know of its application. */
export interface PluginSubject {
  readonly command: string;
  readonly args: readonly string[];
  readonly cookie: { readonly key: string; readonly value: string };
  /** Versions that the kit offers. */
  readonly versions: readonly number[];
  /** Path of a unary method that answers with the message that it got: `/pkg.Service/Method`. */
  readonly echo: string | undefined;
  /** Name of a plugin to dispense, over net/rpc. */
  readonly dispense: string | undefined;
  /** Milliseconds that the plugin has for its line, and for each answer. */
  readonly timeoutMs: number;
  /** Further variables of its environment. */
  readonly env: NodeJS.ProcessEnv;
}
