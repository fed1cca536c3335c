import { chmodSync, chownSync, existsSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PluginPlan } from "./plan.js";

/** Listens as the plan says; `open` is to be called after the line. */
export async function listen(
  plan: PluginPlan,
  env: NodeJS.ProcessEnv,
  accept: (connection: Socket) => void,
  end: (code: number) => void,
): Promise<{ address: string; open: () => Promise<void> }> {
  let connections = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    connections++;
    if (plan.oneConnection && connections > 1) return void socket.destroy();
    if (plan.endsAtNonsense) {
      // Whoever hangs up without a byte ends this plugin.
      socket.once("end", () => socket.bytesRead === 0 && end(9));
    }
    accept(socket);
  });
  const start = (target: string | { port: number; host: string }) =>
    new Promise<void>((resolve, reject) => {
      const failed = (error: Error) => reject(error);
      server.once("error", failed);
      server.listen(target as string, () => {
        server.off("error", failed);
        resolve();
      });
    });

  if (plan.network === "tcp") {
    const host = plan.bind ?? "127.0.0.1";
    const port = await firstFree(start, host, plan, env);
    return {
      address: `127.0.0.1:${port === 0 ? (server.address() as { port: number }).port : port}`,
      open: async () => {},
    };
  }
  const directory = env.PLUGIN_UNIX_SOCKET_DIR || tmpdir();
  const path = join(directory, plan.fixedPath ? "plugin-fixed" : `plugin${process.pid}-${Date.now() % 100_000}`);
  if (plan.fixedPath && existsSync(path)) unlinkSync(path);
  const bind = async () => {
    process.umask(0o077);
    await start(path);
    if (env.PLUGIN_UNIX_SOCKET_GROUP && /^\d+$/.test(env.PLUGIN_UNIX_SOCKET_GROUP)) {
      chownSync(path, process.getuid!(), Number(env.PLUGIN_UNIX_SOCKET_GROUP));
      chmodSync(path, 0o660);
    }
    if (plan.mode !== undefined) chmodSync(path, plan.mode);
  };
  const late = plan.listensAfterMs;
  if (late === undefined) await bind();
  return { address: path, open: async () => void (late !== undefined && setTimeout(bind, late)) };
}

async function firstFree(
  start: (target: { port: number; host: string }) => Promise<void>,
  host: string,
  plan: PluginPlan,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (plan.anyPort) return start({ port: 0, host }).then(() => 0);
  const [min, max] = [Number(env.PLUGIN_MIN_PORT ?? 0), Number(env.PLUGIN_MAX_PORT ?? 0)];
  for (let port = min; port <= max; port++) {
    if (
      await start({ port, host }).then(
        () => true,
        () => false,
      )
    )
      return port;
  }
  throw new Error(`no free port from ${min} to ${max}`);
}
