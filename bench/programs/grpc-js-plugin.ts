#!/usr/bin/env node
// The plugin on grpc-js's own server: a handshake line, Shutdown, and what the measurements call.
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import type { bench } from "./gen/bench.js";
import { cpuMicros } from "./measure.js";
import { benchService, inBuffers } from "./shared.js";

const { download, echo, unary, upload, usage } = inBuffers(benchService);
const shutdown = { ...usage, path: "/plugin.GRPCController/Shutdown", responseSerialize: () => Buffer.alloc(0) };

const server = new Server({ "grpc.max_receive_message_length": -1 });
server.addService(
  { download, echo, unary, upload, usage },
  {
    unary: ({ request }: ServerUnaryCall<bench.Payload, object>, callback: sendUnaryData<object>) =>
      callback(null, { data: request.data }),
    download(call: ServerWritableStream<bench.DownloadRequest, object>) {
      const payload = { data: Buffer.alloc(call.request.size) };
      let left = call.request.count;
      const send = () => {
        while (left-- > 0) if (!call.write(payload)) return;
        call.end();
      };
      call.on("drain", send);
      send();
    },
    upload: (call: ServerReadableStream<object, object>, callback: sendUnaryData<object>) =>
      call.on("data", () => {}).on("end", () => callback(null, {})),
    echo: (call: ServerDuplexStream<object, object>) =>
      call.on("data", (payload) => call.write(payload)).on("end", () => call.end()),
    usage: (_: unknown, callback: sendUnaryData<object>) =>
      callback(null, { cpuMicros: cpuMicros(), rssBytes: process.memoryUsage.rss() }),
  },
);
const address = join(tmpdir(), `plugin-${process.pid}`);
server.addService(
  { shutdown },
  {
    shutdown() {
      rmSync(address);
      process.exit();
    },
  },
);
server.bindAsync(`unix:${address}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  process.stdout.write(`1|1|unix|${address}|grpc|\n`);
});
