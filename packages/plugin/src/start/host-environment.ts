import { Environment, type ListenOptions, parseGoBool, parseVersions } from "@go-plugin/proto/internal";

/** The host's requests, from environment variables. */
export interface HostEnvironment {
  /** The application versions that the host offers. */
  readonly versions: readonly number[];
  readonly sockets: ListenOptions;
  /** PEM of the host's one-time certificate; asks for AutoMTLS. */
  readonly clientCertificate: string | undefined;
  /** True if the host wants to multiplex; `undefined` from a host that does not know the feature. */
  readonly multiplex: boolean | undefined;
}

/**
 * Removes the variables from the environment, so that they do not reach the processes that the plugin starts.
 *
 * @param onInvalidVersion receives each version that is not a number.
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
