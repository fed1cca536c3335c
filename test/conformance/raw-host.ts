// node raw-host.js PLAN PLUGIN: a handwritten host that keeps every rule except those its plan breaks. It is built for
// tests.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { Session } from "@go-plugin/yamux";
import { encodeMessage } from "../../packages/conformance/src/wire/message.js";
import { methods } from "../../packages/conformance/src/wire/methods.js";
import type { HostPlan } from "./host-plan.js";

const plan = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as HostPlan;
const optional = ["CLIENT_CERT", "MULTIPLEX_GRPC", "UNIX_SOCKET_DIR", "UNIX_SOCKET_GROUP"].map(
  (name) => `PLUGIN_${name}`,
);
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function main(): Promise<void> {
  // The certificate code is slow to load, and most hosts need no certificate.
  const { createIdentity } = plan.autoMtls ? await import("../../packages/conformance/src/wire/certificates.js") : {};
  const identity = await createIdentity?.(plan.certificate);
  const inherited = Object.entries(process.env).filter(([name]) => plan.passesOn || !optional.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    ...(!plan.withoutCookie && { CONFORMANCE: "hello" }),
    PLUGIN_PROTOCOL_VERSIONS: plan.versions ?? "1",
    ...(!plan.withoutPorts && { PLUGIN_MIN_PORT: "10000", PLUGIN_MAX_PORT: "25000" }),
    ...(plan.multiplex && { PLUGIN_MULTIPLEX_GRPC: plan.multiplex }),
    ...(identity && { PLUGIN_CLIENT_CERT: identity.pem }),
  };
  const child = spawn(process.argv[3]!, [], { env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = (code: number): never => {
    if (!(code === 0 ? plan.leavesPlugin : plan.leavesRefused)) child.kill("SIGKILL");
    process.exit(code);
  };
  if (!plan.keepsStderr) child.stderr.resume();
  if (plan.parsesStderr) child.stderr.on("data", (chunk) => parseStrictly(String(chunk)));

  const line = await firstLine(child.stdout);
  if (line === undefined) end(3);
  if (!plan.keepsStdout) child.stdout.resume();
  const [core, version, network, address, protocol, certificate = "", multiplex] = readLine(line!);
  const accepts = (what: string) => plan.accepts === what;
  if (core !== "1" && !accepts("core")) end(4);
  if (version !== "1" && !accepts("version")) end(4);
  if (network !== "unix" && !accepts("network")) end(4);
  if (protocol !== "grpc" && !accepts("protocol")) end(4);
  if (plan.multiplex && multiplex !== "true" && !accepts("no multiplexing")) end(4);
  const field = certificate.length > 50 || plan.readsShortField ? certificate : "";
  if (field && !identity) end(4);
  if (identity && !field && !plan.fallsBack) end(4);

  const socket = connect(address!);
  const multiplexed = plan.multiplex && multiplex === "true";
  if (multiplexed && plan.connectsTwice) {
    connect(address!)
      .on("error", () => {})
      .write("a");
  }
  const stream: Duplex = multiplexed ? new Session(socket, { role: "client" }).open() : socket;
  const secured = identity && field ? await secure(stream, identity, field) : stream;
  if (!secured) return end(5);
  const session = connectHttp2("http://localhost", { createConnection: () => secured });
  let ending = false;
  // A plugin that ends may hang up before its answer to Shutdown is read.
  session.on("error", () => ending || end(6));
  const open = (path: string, message?: Buffer, keepOpen = false) => {
    const headers = {
      ":method": "POST",
      ":path": path,
      ":authority": plan.authority ?? "localhost",
      te: "trailers",
      "content-type": "application/grpc",
    };
    const call = session.request(headers);
    call.on("error", () => {}).resume();
    if (message) call.write(Buffer.concat([Buffer.alloc(5), message]));
    if (!keepOpen) call.end();
    const status = new Promise<string>((resolve) => {
      call.once("response", (response) => response["grpc-status"] && resolve(String(response["grpc-status"])));
      call.once("trailers", (trailers) => resolve(String(trailers["grpc-status"])));
      call.once("close", () => resolve("closed"));
    });
    return { status, headers: new Promise((resolve) => call.once("response", resolve)) };
  };
  const streams = [
    open(methods.broker, undefined, !plan.halfCloses),
    ...(plan.withoutStdio ? [] : [open(methods.stdio, encodeMessage())]),
  ];
  if (plan.waitsForHeaders) await Promise.all(streams.map(({ headers }) => headers));
  if (plan.needsServices) {
    const first = await Promise.race([...streams.map(({ status }) => status), later(300)]);
    if (first === "12") end(7);
  }
  await open(methods.health, encodeMessage([1, "plugin"])).status;
  if (plan.killsAtOnce) end(0);
  ending = true;
  const asked = open(methods.shutdown, encodeMessage()).status;
  await (plan.waitsForAnswer ? asked : Promise.race([asked, later(1_000)]));
  session.destroy();
  await Promise.race([exited, later(1_000)]);
  if (!plan.leavesPlugin) child.kill("SIGKILL");
  if (plan.waitsForPipes) await closed;
  end(0);
}

function readLine(line: string): readonly string[] {
  const fields = (plan.strictLine === "space" ? line.replace(/\n$/, "") : line.trim()).split("|");
  if (plan.strictLine === "space" && line !== `${line.trim()}\n`) process.exit(4);
  if (plan.strictLine === "fields" && (fields.length < 6 || fields.length > 7)) process.exit(4);
  if (fields.length < 4) process.exit(4);
  return fields;
}

function firstLine(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = "";
  return new Promise((resolve) => {
    if (!plan.withoutTimeout) setTimeout(resolve, 15_000, undefined).unref();
    stdout.on("data", (chunk: Buffer) => {
      text += chunk;
      if (plan.skipsNoise) text = text.replace(/^[^|\n]*\n/, "");
      const complete = plan.readsOnce || text.includes("\n");
      if (complete) resolve(plan.readsOnce ? text : text.slice(0, text.indexOf("\n") + 1));
      if (!plan.withoutLimit && text.length > 65_536) resolve(undefined);
      if (plan.keepsStdout && complete) (stdout as unknown as Duplex).pause();
    });
    stdout.on("end", () => resolve(undefined));
  });
}

function parseStrictly(text: string): void {
  for (const line of text.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"))) {
    (JSON.parse(line)["@message"] as string).trim();
  }
}

function secure(socket: Duplex, identity: { pem: string; key: string }, field: string): Promise<Duplex | undefined> {
  const expected = Buffer.from(field, "base64");
  const tls = connectTls({
    socket,
    servername: "localhost",
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
    ...(!plan.withoutClientCertificate && { cert: identity.pem, key: identity.key }),
  });
  return new Promise((resolve) => {
    tls.once("secureConnect", () => {
      const same = plan.trustsAnybody || tls.getPeerCertificate().raw.equals(expected);
      resolve(same ? tls : undefined);
    });
    tls.once("error", () => resolve(undefined));
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(70);
});
