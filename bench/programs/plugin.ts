#!/usr/bin/env node
// Serves the measurements' services: BENCH_PROTOCOL is grpc or netrpc.
import { once } from "node:events";
import { type Broker, type ServiceImplementation, serve } from "@go-plugin/plugin";
import type { bench } from "./gen/bench.js";
import { cpuMicros, median, timeEach } from "./measure.js";
import { type benchService, calleeService, grpcPlugins } from "./shared.js";

function implement(broker: Broker): ServiceImplementation<typeof benchService> {
  return {
    unary: ({ data }) => ({ data }),
    *download({ count, size }) {
      const payload = { data: Buffer.alloc(size!) };
      for (let sent = 0; sent < count!; sent++) yield payload;
    },
    async upload(payloads) {
      for await (const _ of payloads);
      return {};
    },
    echo: (payloads) => payloads as AsyncIterable<bench.IPayload>,
    async callBack({ id, count }) {
      await using callee = await broker.connect(id!, calleeService);
      const payload = { data: Buffer.alloc(32) };
      return { micros: median(await timeEach(count!, () => callee.client.say(payload))) };
    },
    async print({ count, size }) {
      const line = `${"x".repeat(size! - 1)}\n`;
      for (let printed = 0; printed < count!; printed++) {
        if (!process.stdout.write(line)) await once(process.stdout, "drain");
      }
      return {};
    },
    async usage({ collectGarbage }) {
      const usage = { cpuMicros: cpuMicros(), rssBytes: process.memoryUsage.rss() };
      if (!collectGarbage) return usage;
      const { heldBytes } = await import("./held-bytes.js");
      return { ...usage, heldBytes: heldBytes() };
    },
  };
}

if (process.env.BENCH_PROTOCOL === "netrpc") void import("./netrpc-plugin.js");
else serve(grpcPlugins, { 1: { bench: ({ broker }) => implement(broker) } });
