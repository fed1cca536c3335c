import type { ServiceClient } from "@go-plugin/grpc";
import type { Broker } from "@go-plugin/proto";
import type { Calls } from "./calls.js";
import { heldBytes } from "./held-bytes.js";
import { concurrently, cpuMicros, latency, type Measure, quantiles, type Result, rate } from "./measure.js";
import { printed } from "./printed.js";
import { type benchService, calleeService } from "./shared.js";

/** Rows that need more than calls. */
interface Plugin {
  readonly client: ServiceClient<typeof benchService>;
  readonly broker: Broker;
}

export function grpcRows(calls: Calls, plugin: Plugin | undefined): Measure {
  return async ({ row, count, size }) => {
    const payload = { data: Buffer.alloc(size) };
    const unary = () => calls.unary(payload);
    switch (row) {
      case "unary":
        return latency(count, unary);
      case "inflight":
        return withUsage(calls, count, () => concurrently(count, unary));
      case "download":
        return rate(count, () => calls.download({ count, size }));
      case "upload":
        return rate(count, () => calls.upload(count, payload));
      case "pingpong":
        return pingPong(calls, count, payload);
      case "pipelined":
        return rate(count, () => calls.exchange(count, payload, 64));
      case "first-callback":
        return latency(count, () => callBack(plugin!, 1));
      case "callback":
        return { p50: (await callBack(plugin!, count)).micros! };
      case "print":
        return rate(count, () => print(plugin!, count, size));
      case "memory":
        return memory(calls, count, (some) => concurrently(some, unary));
      case "memory-callbacks":
        return memory(calls, count, async (some) => {
          for (let done = 0; done < some; done++) await callBack(plugin!, 1);
        });
      default:
        throw new Error(`no such row: ${row}`);
    }
  };
}

/** Adds the CPU time that each of the operations took. */
async function withUsage(calls: Calls, count: number, operation: () => Promise<void>): Promise<Result> {
  const plugin = (await calls.usage(false)).cpuMicros!;
  const host = cpuMicros();
  const result = await rate(count, operation);
  const hostCpu = (cpuMicros() - host) / count;
  return { ...result, hostCpu, pluginCpu: ((await calls.usage(false)).cpuMicros! - plugin) / count };
}

/** Compares the memory that both processes use after half of the operations and after all of them. */
async function memory(calls: Calls, count: number, operate: (count: number) => Promise<unknown>): Promise<Result> {
  const after = async (some: number) => {
    await operate(some);
    const { heldBytes: plugin, rssBytes } = await calls.usage(true);
    return { host: heldBytes(), plugin: plugin!, rssBytes: rssBytes! };
  };
  const first = await after(0);
  const early = await after(Math.floor(count / 2));
  const late = await after(count - Math.floor(count / 2));
  return {
    hostEarly: early.host,
    hostLate: late.host,
    hostGrowth: late.host / early.host,
    pluginRss: first.rssBytes,
    pluginEarly: early.plugin,
    pluginLate: late.plugin,
    pluginGrowth: late.plugin / early.plugin,
  };
}

async function pingPong(calls: Calls, count: number, payload: { readonly data: Buffer }): Promise<Result> {
  const times = new Float64Array(count);
  let start = 0;
  let replies = 0;
  await calls.exchange(count, payload, 1, {
    onSend() {
      start = performance.now();
    },
    onReply() {
      times[replies++] = (performance.now() - start) * 1e3;
    },
  });
  return quantiles(times.sort());
}

/** Lets the plugin call a service on a brokered connection of its own. */
async function callBack({ client, broker }: Plugin, count: number) {
  await using callee = broker.serve(calleeService, { say: (payload) => payload });
  return await client.callBack({ id: callee.id, count });
}

async function print({ client }: Plugin, count: number, size: number): Promise<void> {
  const arrived = printed.next(count * size);
  await client.print({ count, size });
  await arrived;
}
