/**
 * The handshake: the host's environment variables, and the line that the plugin prints. For tools that stand in for one
 * of the two sides.
 */
export {
  chooseVersion,
  coreProtocolVersion,
  Environment,
  formatHandshake,
  type Handshake,
  HandshakeError,
  type HandshakeErrorCode,
  type HandshakeExpectation,
  parseHandshake,
  parseVersions,
} from "../internal/index.js";
