import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Channel, Server, type ServiceImplementation, Status, StatusError } from "@go-plugin/grpc";

import { expect, test } from "vitest";
import { createLogger } from "../logger/logger.js";
import { OutputProgress } from "../output-progress.js";
import { StdioChannel, stdioService } from "./services.js";
import { copyStdio } from "./stdio.js";

type Stream = ServiceImplementation<typeof stdioService>["streamStdio"];

let paths = 0;

/**
 * The output and the log of a host whose plugin streams its output like this; without a stream, the plugin has no such
 * service.
 */
async function copy(streamStdio: Stream | undefined, signal = new AbortController().signal) {
  const server = new Server();
  if (streamStdio) server.addService(stdioService, { streamStdio });
  const path = join(tmpdir(), `stdio-${process.pid}-${paths++}`);
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  const channel = new Channel(() => connect(path));
  const written: string[] = [];
  const logged: unknown[] = [];
  const destination = (name: string) =>
    new Writable({
      write(data, _, done) {
        written.push(`${name}: ${data}`);
        done();
      },
    });
  const logger = createLogger((level, message, fields) => logged.push({ level, message, ...fields }));
  await copyStdio(
    channel,
    { stdout: destination("stdout"), stderr: destination("stderr") },
    logger,
    signal,
    new OutputProgress(),
  );
  await channel.close();
  await server.close();
  listener.close();
  return { written, logged };
}

const chunk = (channel: number, text: string) => ({ channel: channel as never, data: Buffer.from(text) });

test("output reaches its destinations in order, and its end is not logged", async () => {
  const { written, logged } = await copy(() => [
    chunk(StdioChannel.STDOUT, "a"),
    chunk(StdioChannel.STDERR, "b"),
    chunk(StdioChannel.STDOUT, "c"),
  ]);
  expect(written).toEqual(["stdout: a", "stderr: b", "stdout: c"]);
  expect(logged).toEqual([]);
});

test.each([StdioChannel.INVALID, 7])(
  "output of channel %d is dropped with a warning, and the rest goes on",
  async (channel) => {
    const { written, logged } = await copy(() => [chunk(channel, "?"), chunk(StdioChannel.STDOUT, "a")]);
    expect(written).toEqual(["stdout: a"]);
    const message = "plugin sent output of an unknown channel, dropping it";
    expect(logged).toEqual([{ level: "warn", message, channel }]);
  },
);

const failing = (code: Status) => () => {
  throw new StatusError(code, "x");
};

test.each<[string, Stream | undefined]>([
  ["has no such service", undefined],
  ["has none, in its own words", failing(Status.UNIMPLEMENTED)],
  ["is gone", failing(Status.UNAVAILABLE)],
])("that a plugin %s is no news", async (_what, stream) => {
  expect(await copy(stream)).toEqual({ written: [], logged: [] });
});

test("any other failure is logged as an error, after the earlier output", async () => {
  const { written, logged } = await copy(function* () {
    yield chunk(StdioChannel.STDOUT, "a");
    throw new StatusError(Status.RESOURCE_EXHAUSTED, "too much");
  });
  expect(written).toEqual(["stdout: a"]);
  expect(logged).toMatchObject([
    { level: "error", message: "receiving the plugin's output failed", error: { code: Status.RESOURCE_EXHAUSTED } },
  ]);
});

test("the host's departure is not logged", async () => {
  const controller = new AbortController();
  const { logged } = await copy(async function* (_, context) {
    yield chunk(StdioChannel.STDOUT, "a");
    controller.abort();
    await context.closed;
  }, controller.signal);
  expect(logged).toEqual([]);
});
