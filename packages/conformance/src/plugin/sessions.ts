import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { Session } from "@go-plugin/yamux";
import type { Trace } from "../run/trace.js";
import { Blocked, NotApplicable } from "../run/verdicts.js";
import { createIdentity, type Identity } from "../wire/certificates.js";
import { GrpcClient } from "../wire/grpc-client.js";
import { type StartedPlugin, startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

/** The certificates that the kit uses as a host; made once. */
let made: { ordinary: Promise<Identity>; p521: Promise<Identity>; stranger: Promise<Identity> } | undefined;

export function identities() {
  made ??= {
    ordinary: createIdentity(),
    p521: createIdentity({ curve: "P-521" }),
    stranger: createIdentity(),
  };
  return made;
}

/** Starts the plugin in plain text. @throws {NotApplicable} when it does not speak gRPC. */
export async function startGrpc(subject: PluginSubject, trace: Trace, env?: NodeJS.ProcessEnv): Promise<StartedPlugin> {
  const plugin = startPlugin(subject, trace, env && { env });
  try {
    const { protocol } = await plugin.handshake();
    if (protocol !== "grpc") throw new NotApplicable("the plugin speaks net/rpc");
    return plugin;
  } catch (error) {
    await plugin[Symbol.asyncDispose]();
    throw error;
  }
}

/** A gRPC connection in plain text to a started plugin. */
export async function grpcOf(plugin: StartedPlugin, authority?: string): Promise<GrpcClient> {
  return new GrpcClient(await plugin.connect(), plugin.trace, authority);
}

/** Starts the plugin under AutoMTLS. @throws {NotApplicable} when it refuses to. @throws {Blocked} when it serves no TLS. */
export async function startTls(
  subject: PluginSubject,
  trace: Trace,
  identity: Identity,
  env?: NodeJS.ProcessEnv,
): Promise<StartedPlugin> {
  const plugin = startPlugin(subject, trace, { env: { ...env, PLUGIN_CLIENT_CERT: identity.pem } });
  const line = await plugin.firstLine();
  if (line === "" && plugin.exit) {
    await plugin[Symbol.asyncDispose]();
    throw new NotApplicable("the plugin refuses to start under AutoMTLS");
  }
  try {
    if ((await plugin.handshake()).certificate === "") throw new Blocked("TLS-1");
    return plugin;
  } catch (error) {
    await plugin[Symbol.asyncDispose]();
    throw error;
  }
}

/** TLS on a connection. Nothing of the other side is checked, so that each rule is seen alone. */
export function secure(
  connection: Duplex,
  identity: Identity | undefined,
  trace: Trace,
  options: ConnectionOptions = {},
): Promise<TLSSocket | Error> {
  const socket = connectTls({
    socket: connection,
    servername: "localhost",
    rejectUnauthorized: false,
    ...(identity && { cert: identity.pem, key: identity.key }),
    ALPNProtocols: ["h2"],
    ...options,
  });
  return new Promise((resolve) => {
    socket.once("secureConnect", () => {
      trace.say(`# ${socket.getProtocol()}, ALPN ${socket.alpnProtocol || "none"}`);
      resolve(socket.on("error", () => {}));
    });
    socket.once("error", (error) => {
      trace.say(`! TLS: ${error.message}`);
      resolve(error);
    });
    socket.once("close", () => resolve(new Error("the connection was closed during the TLS handshake")));
  });
}

/** Starts the plugin multiplexed. @throws {NotApplicable} when it does not offer that. */
export async function startMultiplexed(
  subject: PluginSubject,
  trace: Trace,
  identity?: Identity,
): Promise<{ plugin: StartedPlugin; session: Session }> {
  const env = { PLUGIN_MULTIPLEX_GRPC: "true" };
  const plugin = identity ? await startTls(subject, trace, identity, env) : await startGrpc(subject, trace, env);
  const { multiplex, fields, protocol } = await plugin.handshake();
  if (protocol !== "grpc" || (multiplex !== "true" && fields[5] !== "true")) {
    await plugin[Symbol.asyncDispose]();
    throw new NotApplicable("the plugin does not offer multiplexing");
  }
  const session = new Session(await plugin.connect(), { role: "client" });
  void session.closed.then((reason) => trace.say(`# yamux session over: ${reason?.message ?? "closed"}`));
  return { plugin, session };
}
