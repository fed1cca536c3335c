/** The environment variables that a host sets for the plugin that it starts. */
export const Environment = {
  /** The application versions that the host offers, comma-separated. */
  protocolVersions: "PLUGIN_PROTOCOL_VERSIONS",
  /** Lowest TCP port for plugins that listen on TCP. */
  minPort: "PLUGIN_MIN_PORT",
  /** Highest TCP port for plugins that listen on TCP. */
  maxPort: "PLUGIN_MAX_PORT",
  /** PEM of the host's one-time certificate, which requests AutoMTLS. */
  clientCertificate: "PLUGIN_CLIENT_CERT",
  /** `true`: the gRPC broker should share one connection. */
  multiplex: "PLUGIN_MULTIPLEX_GRPC",
  /** Directory for the plugin's unix sockets. */
  socketDirectory: "PLUGIN_UNIX_SOCKET_DIR",
  /** Group (name or gid) that may connect to the plugin's unix sockets. */
  socketGroup: "PLUGIN_UNIX_SOCKET_GROUP",
} as const;
