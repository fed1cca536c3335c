import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, existsSync, unlinkSync } from "node:fs";
import type { Duplex } from "node:stream";
import { serveGrpc } from "./grpc.js";
import { listen } from "./listen.js";
import type { Observation, PluginPlan } from "./plan.js";
import type { Tls } from "./tls.js";

/** A plugin's process that does what its plan says. */
export async function runPlugin(whole: PluginPlan): Promise<void> {
  const env = { ...process.env };
  for (const name of whole.ignores ?? []) delete env[name];
  const plan = relevantPart(whole, env);
  const observe = (observation: Observation) => {
    if (plan.observe) appendFileSync(plan.observe, `${JSON.stringify(observation)}\n`);
  };
  observe({ saw: "start", pid: process.pid, env: process.env });
  requireStart(plan, env);
  const version = chooseVersion(plan, env.PLUGIN_PROTOCOL_VERSIONS);

  process.on("SIGINT", () => plan.endsAtInterrupt && end());
  process.on("SIGTERM", () => plan.end !== "stay" && plan.end !== "never answer" && end());
  // A plugin that its host has refused, or left, is not to stay for ever; the longest check is shorter.
  setTimeout(() => end(), 120_000).unref();
  if (!plan.outlivesHost) endWithHost(() => end());
  if (plan.grandchild) {
    const child = spawn("sleep", ["30"], { stdio: ["ignore", "inherit", "inherit"] });
    observe({ saw: "grandchild", pid: child.pid! });
    child.unref();
  }
  if (plan.stderr) process.stderr.write(plan.stderr);
  if (plan.silent) return void setInterval(() => {}, 60_000);

  const hostCertificate = env.PLUGIN_CLIENT_CERT;
  const readable = hostCertificate === undefined || isCertificate(hostCertificate);
  if (!readable && plan.tls?.nonsense !== "serve in plain text") fail("PLUGIN_CLIENT_CERT is no certificate");
  // The code that makes certificates takes long to load, and most starts need none.
  const createTls = async (host: string | undefined) => (await import("./tls.js")).createTls(plan, host, observe);
  const tls = hostCertificate !== undefined && readable ? await createTls(hostCertificate) : undefined;
  const certificate = tls?.field ?? (plan.announcesUnasked ? (await createTls(undefined)).field : "");

  let socketPath: string | undefined;
  const end = (code = plan.exitCode ?? 0) => {
    if (socketPath && !plan.keepsSocket && existsSync(socketPath)) unlinkSync(socketPath);
    process.exit(code);
  };
  const asked = env.PLUGIN_MULTIPLEX_GRPC === "true" && !plan.netrpc && !plan.multiplex?.refused;
  const flooded = plan.flood ? flood(plan.flood).then(() => observe({ saw: "drained" })) : undefined;
  const serve = await createServe(plan, tls, asked, observe, end);
  const accept = async (connection: Duplex) => {
    if (plan.observe) await observeFirst(connection, observe);
    await flooded;
    serve(connection);
  };
  const { address, open } = await listen(plan, env, accept, end);
  socketPath = address.startsWith("/") ? address : undefined;

  const line = (plan.line ?? "1|{version}|{network}|{address}|{protocol}|{certificate}{multiplex}\n")
    .replaceAll("{version}", version)
    .replaceAll("{network}", plan.network ?? "unix")
    .replaceAll("{address}", address)
    .replaceAll("{protocol}", plan.netrpc ? "netrpc" : "grpc")
    .replaceAll("{certificate}", certificate)
    .replaceAll("{multiplex}", asked ? "|true" : "");
  await print(line, plan.pieces ?? 1);
  if (plan.stdoutAfterLine) process.stdout.write(plan.stdoutAfterLine);
  await open();
}

/** A service that the host does not request cannot go wrong: the proof of the kit relies on it. */
function relevantPart({ tls, multiplex, ...plan }: PluginPlan, env: NodeJS.ProcessEnv): PluginPlan {
  return {
    ...plan,
    ...(tls && env.PLUGIN_CLIENT_CERT !== undefined && { tls }),
    ...(multiplex && env.PLUGIN_MULTIPLEX_GRPC !== undefined && { multiplex }),
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

function requireStart(plan: PluginPlan, env: NodeJS.ProcessEnv): void {
  if (plan.cookie && env[plan.cookie[0]] !== plan.cookie[1]) fail("This program is a plugin: its host starts it.");
  if (plan.needsVariable && env[plan.needsVariable] === undefined) fail(`${plan.needsVariable} is not set`);
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function chooseVersion({ versions, choose = "highest" }: PluginPlan, list: string | undefined): string {
  const entries = list === undefined || list === "" ? [] : list.split(",");
  if (choose === "numbers or exit" && !entries.every((entry) => /^\d+$/.test(entry)))
    fail("versions have to be numbers");
  const listed = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const own = versions ?? (listed.length > 0 ? listed : [1]);
  const common = listed.filter((version) => own.includes(version));
  if (choose === "first listed" && common.length > 0) return String(common[0]);
  if (choose === "a listed one or exit" && common.length === 0 && listed.length > 0)
    fail("none of my versions is listed");
  return String(common.length > 0 ? Math.max(...common) : Math.min(...own));
}

async function createServe(
  plan: PluginPlan,
  tls: Tls | undefined,
  multiplexed: boolean,
  observe: (observation: Observation) => void,
  end: (code?: number) => void,
): Promise<(connection: Duplex) => void> {
  if (plan.netrpc) {
    const { serveNetRpc } = await import("./netrpc.js");
    const serve = serveNetRpc(plan, end);
    return tls ? tls.accept(serve) : serve;
  }
  const grpc = serveGrpc(plan, observe, end);
  const main = tls ? tls.accept(grpc) : grpc;
  if (!multiplexed || plan.multiplex?.saysOnly) return main;
  const { serveMultiplexed } = await import("./multiplexed.js");
  return serveMultiplexed(plan, plan.multiplex?.withoutTls ? grpc : main);
}

/** Tells how a connection begins: 12 bytes tell yamux, TLS and HTTP/2 apart. */
async function observeFirst(connection: Duplex, observe: (observation: Observation) => void): Promise<void> {
  await once(connection, "readable").catch(() => {});
  const chunk: Buffer | null = connection.read();
  if (!chunk) return;
  observe({ saw: "connection", first: chunk.subarray(0, 12).toString("hex") });
  connection.unshift(chunk);
}

async function print(line: string, pieces: number): Promise<void> {
  const size = Math.ceil(line.length / pieces);
  for (let at = 0; at < line.length; at += size) {
    await new Promise((resolve) => process.stdout.write(line.slice(at, at + size), resolve));
    if (pieces > 1) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Writes a MiB; settles when all of it has been read. */
async function flood(name: "stdout" | "stderr"): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  const line = `${"flood ".repeat(16)}\n`;
  await new Promise((resolve) => process[name].write(line.repeat(Math.ceil((1 << 20) / line.length)), resolve));
}

function endWithHost(end: () => void): void {
  const host = process.ppid;
  setInterval(() => process.ppid !== host && end(), 200).unref();
}
