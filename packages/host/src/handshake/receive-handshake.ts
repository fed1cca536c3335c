import {
  checkHandshake,
  type Deadline,
  type Handshake,
  HandshakeError,
  type HandshakeErrorCode,
  type Protocol,
  type SocketAddress,
  splitHandshake,
} from "@go-plugin/proto/internal";
import { PluginError, type PluginErrorCode } from "../errors.js";
import type { StartedPlugin } from "../start/started-plugin.js";
import { beforeLine, throwIfExited } from "./exited-error.js";
import { readFirstLine } from "./first-line.js";

const codes: Partial<Record<HandshakeErrorCode, PluginErrorCode>> = {
  ERR_HANDSHAKE_VERSION: "ERR_PLUGIN_VERSION",
  ERR_HANDSHAKE_PROTOCOL: "ERR_PLUGIN_PROTOCOL",
};

/**
 * Waits for the plugin's handshake line, and checks that this host can use the plugin.
 *
 * @param protocols the protocol of each version that the host offers.
 * @throws {PluginError}
 */
export async function receiveHandshake(
  plugin: StartedPlugin,
  protocols: ReadonlyMap<number, Protocol>,
  deadline: Deadline,
): Promise<Handshake> {
  const line = await receiveLine(plugin, deadline);
  try {
    const fields = splitHandshake(line);
    // A refused plugin leaves its socket file behind too.
    plugin.ownSocket(fields as SocketAddress);
    const handshake = checkHandshake(fields, {
      versions: [...protocols.keys()],
      protocols: [...new Set(protocols.values())],
      multiplex: plugin.settings.multiplex,
    });
    expectProtocol(handshake, protocols.get(handshake.appVersion)!);
    return handshake;
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    throw new PluginError(codes[error.code] ?? "ERR_PLUGIN_HANDSHAKE", error.message, { cause: error });
  }
}

async function receiveLine({ process, firstLine }: StartedPlugin, deadline: Deadline): Promise<string> {
  const first = await deadline.step("print its handshake line to stdout", () =>
    readFirstLine(process.stdout, firstLine),
  );
  if (first.kind === "line") return first.line;
  if (first.kind === "too-long") {
    throw new PluginError(
      "ERR_PLUGIN_HANDSHAKE",
      "expected a handshake line on stdout, got 64 KiB without a newline: this program is not a go-plugin plugin, or it printed something before it served",
    );
  }
  await throwIfExited(process, deadline, beforeLine);
  throw new PluginError(
    "ERR_PLUGIN_HANDSHAKE",
    "Failed to read any lines from plugin's stdout: it was closed without a handshake line, while the process is still running",
  );
}

function expectProtocol({ appVersion, protocol }: Handshake, expected: Protocol): void {
  if (protocol === expected) return;
  throw new PluginError(
    "ERR_PLUGIN_PROTOCOL",
    `unsupported plugin protocol "${protocol}" for version ${appVersion}. Supported: [${expected}]`,
  );
}
