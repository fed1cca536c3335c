import { Environment, type ListenOptions, parseGoBool, parseVersions } from "@go-plugin/proto/internal";

/** What the host asks of the plugin, by environment variables. */
export interface HostEnvironment {
  /** The application versions that it offers. */
  readonly versions: readonly number[];
  readonly sockets: ListenOptions;
  /** PEM of its one-time certificate: it asks for AutoMTLS. */
  readonly clientCertificate: string | undefined;
  /** Whether it wants one connection for all; `undefined` from a host that does not know of it. */
  readonly multiplex: boolean | undefined;
}

/**
 * Takes the variables out of the environment: they are for this process alone and must not reach those that it starts.
 *
 * @param onInvalidVersion is told each version that is no number.
 */
export function takeHostEnvironment(
  env: NodeJS.ProcessEnv,
  onInvalidVersion: (entry: string) => void,
): HostEnvironment {
  const take = (name: keyof typeof Environment): string | undefined => {
    const value = env[Environment[name]];
    delete env[Environment[name]];
    return value;
  };
  return {
    versions: parseVersions(take("protocolVersions"), onInvalidVersion),
    sockets: {
      directory: take("socketDirectory"),
      group: take("socketGroup"),
      minPort: take("minPort"),
      maxPort: take("maxPort"),
    },
    clientCertificate: take("clientCertificate"),
    multiplex: parseGoBool(take("multiplex") ?? ""),
  };
}
