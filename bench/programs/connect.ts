import { consoleLogger, type LaunchOptions, launch } from "@go-plugin/host";
import type { Measure } from "./measure.js";
import { printed } from "./printed.js";
import { grpcPlugins } from "./shared.js";

export interface Settings extends Pick<LaunchOptions, "command" | "args" | "autoMtls" | "multiplex"> {
  readonly protocol: "grpc" | "netrpc";
  readonly stock: boolean;
}

/** A running plugin, and the measurements that it supports. */
export interface Connected {
  readonly measure: Measure;
  /** The first call. */
  firstCall(): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts the plugin. Only the code for its protocol is loaded. */
export async function connect({ protocol, stock, ...options }: Settings): Promise<Connected> {
  const common = {
    ...options,
    env: { BENCH_PROTOCOL: protocol },
    stdout: printed,
    logger: consoleLogger({ level: "error" }),
  };
  const payload = { data: Buffer.alloc(32) };
  if (protocol === "netrpc") {
    const [{ rpcPlugins }, { netRpcRows }] = await Promise.all([
      import("./netrpc-shared.js"),
      import("./netrpc-rows.js"),
    ]);
    const plugin = await launch(rpcPlugins, common);
    const client = await plugin.dispense("bench");
    return { measure: netRpcRows(client), firstCall: () => client.bytes(payload.data), close: () => plugin.close() };
  }
  const plugin = await launch(grpcPlugins, common);
  if (stock) {
    const { StockCalls } = await import("./grpc-js-calls.js");
    const { grpcRows } = await import("./grpc-rows.js");
    const calls = new StockCalls(plugin.reattachConfig().address);
    const close = async () => {
      calls.close();
      await plugin.close();
    };
    return { measure: grpcRows(calls, undefined), firstCall: () => calls.unary(payload), close };
  }
  const client = await plugin.dispense("bench");
  const measure: Measure = async (command) => {
    const [{ grpcRows }, { OwnCalls }] = await Promise.all([import("./grpc-rows.js"), import("./calls.js")]);
    return grpcRows(new OwnCalls(client), { client, broker: plugin.broker })(command);
  };
  return { measure, firstCall: () => client.unary(payload), close: () => plugin.close() };
}
