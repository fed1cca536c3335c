import { Environment, type PluginDefinition } from "@go-plugin/proto/internal";

/** The inputs of a plugin's environment. */
export interface EnvironmentPolicy {
  readonly definition: Pick<PluginDefinition, "magicCookieKey" | "magicCookieValue">;
  /** The versions that are offered. */
  readonly versions: readonly number[];
  readonly ports: { readonly min: number; readonly max: number };
  readonly inheritEnv: boolean;
  /** PEM of the host's certificate, which asks for AutoMTLS. */
  readonly clientCertificate?: string | undefined;
  readonly multiplex?: boolean;
  readonly sockets?: { readonly directory?: string; readonly group?: string };
  /** The user's own variables: they win; `undefined` removes one. */
  readonly env: NodeJS.ProcessEnv;
}

/** A plugin's environment: the host's own, then the protocol's variables, then the user's. Go: Client.Start, SkipHostEnv. */
export function pluginEnvironment(
  { definition, versions, ports, inheritEnv, clientCertificate, multiplex, sockets, env }: EnvironmentPolicy,
  hostEnv: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  const result = new Variables(platform === "win32");
  if (inheritEnv) result.setAll(hostEnv);
  // Never inherited: a plugin may be a host itself, and its own host's variables would turn on TLS or multiplexing in
  // the inner plugin.
  result.set(Environment.clientCertificate, clientCertificate);
  result.set(Environment.multiplex, multiplex ? "true" : undefined);
  result.set(Environment.socketDirectory, sockets?.directory);
  result.set(Environment.socketGroup, sockets?.group);
  result.setAll({
    [definition.magicCookieKey]: definition.magicCookieValue,
    [Environment.minPort]: String(ports.min),
    [Environment.maxPort]: String(ports.max),
    [Environment.protocolVersions]: versions.join(","),
  });
  result.setAll(env);
  return result.toObject();
}

/** Environment variables. On Windows `Path` and `PATH` are the same variable. */
class Variables {
  readonly #ignoreCase: boolean;
  readonly #entries = new Map<string, readonly [name: string, value: string]>();

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  set(name: string, value: string | undefined): void {
    const key = this.#ignoreCase ? name.toUpperCase() : name;
    this.#entries.delete(key);
    if (value !== undefined) this.#entries.set(key, [name, value]);
  }

  setAll(variables: NodeJS.ProcessEnv): void {
    for (const [name, value] of Object.entries(variables)) this.set(name, value);
  }

  toObject(): NodeJS.ProcessEnv {
    return Object.fromEntries(this.#entries.values());
  }
}
