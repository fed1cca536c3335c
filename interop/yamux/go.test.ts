import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { initialWindowBytes, type Stream } from "@go-plugin/yamux";
import { describe, expect, test } from "vitest";
import { sessionWithGo } from "./go-peer.js";
import { checkPattern, patternBytes } from "./pattern.js";

const roles = ["client", "server"] as const;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Opens a stream from one side and accepts it on the other. */
async function connect(peers: Awaited<ReturnType<typeof sessionWithGo>>, opener: "here" | "go"): Promise<Stream> {
  if (opener === "here") {
    const stream = peers.session.open();
    expect(await peers.go.run("accept")).toBe(String(stream.id));
    return stream;
  }
  const id = await peers.go.run("open");
  const stream = await peers.session.accept();
  expect(String(stream.id)).toBe(id);
  return stream;
}

async function writeAll(stream: Stream, total: number, size: number): Promise<void> {
  for (let position = 0; position < total; position += size) {
    if (!stream.write(patternBytes(position, Math.min(size, total - position)))) await once(stream, "drain");
  }
}

/** Reads to the end and returns how many bytes there were. */
async function readAll(stream: Stream): Promise<number> {
  let position = 0;
  stream.on("data", (chunk: Buffer) => {
    checkPattern(chunk, position);
    position += chunk.length;
  });
  await once(stream, "end");
  return position;
}

describe.each(roles)("as %s", (role) => {
  test.each(["here", "go"] as const)("bulk flows both ways at once over a stream opened %s", async (opener) => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, opener);
    const total = 64 << 20;
    const [sent, received] = await Promise.all([
      peers.go.run("read", stream.id, total),
      readAll(stream),
      writeAll(stream, total, 70_001).then(() => stream.end()),
      peers.go.run("write", stream.id, total).then(() => peers.go.run("close", stream.id)),
    ]);
    expect(sent).toBe(String(total));
    expect(received).toBe(total);
    await until(async () => peers.session.streams === 0 && (await peers.go.run("streams")) === "0");
  });

  test("Go's larger window is used at once", async () => {
    const peers = await sessionWithGo(role, { flags: ["-window", "4194304"] });
    const stream = await connect(peers, "here");
    // Nobody reads there, so the data must fit into the window.
    await new Promise((resolve) => stream.write(patternBytes(0, 4 << 20), resolve));
    expect(await peers.go.run("read", stream.id, 4 << 20)).toBe(String(4 << 20));
  });

  test("the window here grows for a Go writer, and has room for one when reading stops", async () => {
    const peers = await sessionWithGo(role, { maxStreamWindowSize: 4 << 20 });
    const stream = await connect(peers, "here");
    const writing = peers.go.run("write", stream.id, 16 << 20);
    let received = 0;
    stream.on("data", (chunk: Buffer) => {
      checkPattern(chunk, received);
      received += chunk.length;
    });
    await writing;
    await until(() => received === 16 << 20);
    stream.pause();
    // Half the window is always free when nothing is unread.
    expect(await peers.go.run("write", stream.id, 2 << 20)).toBe(String(18 << 20));
  });

  test("Go's writer waits while nothing is read here, and goes on when it is", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "go");
    let written = false;
    const writing = peers.go.run("write", stream.id, 4 * initialWindowBytes).then(() => {
      written = true;
    });
    // The ping's answer follows all that Go had credit for.
    await until(() => stream.readableLength > 0);
    await peers.go.run("ping");
    await peers.session.ping();
    expect(written).toBe(false);
    const reading = readAll(stream);
    await writing;
    await peers.go.run("close", stream.id);
    expect(await reading).toBe(4 * initialWindowBytes);
  });

  test("a writer here waits while Go does not read, and goes on when it does", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    let written = false;
    const writing = new Promise<void>((resolve) => {
      stream.write(patternBytes(0, 4 * initialWindowBytes), () => {
        written = true;
        resolve();
      });
    });
    for (let count = 0; count < 5; count++) await peers.session.ping();
    expect(written).toBe(false);
    expect(await peers.go.run("read", stream.id, 4 * initialWindowBytes)).toBe(String(4 * initialWindowBytes));
    await writing;
  });

  test("a thousand streams at once", async () => {
    const { session, go } = await sessionWithGo(role);
    const echoing = go.run("echo");
    const answers = Array.from({ length: 1000 }, (_, index) => {
      const stream = session.open();
      stream.end(`stream ${index} `.repeat(index % 50));
      return text(stream);
    });
    expect(await Promise.all(answers)).toEqual(answers.map((_, index) => `stream ${index} `.repeat(index % 50)));
    await until(async () => session.streams === 0 && (await go.run("streams")) === "0");
    await session.close();
    await expect(echoing).rejects.toThrow(/EOF|session shutdown|reset by peer/);
  });

  test("a thousand streams of Go's at once", async () => {
    const { session, go } = await sessionWithGo(role);
    const serving = (async () => {
      for await (const stream of session) stream.pipe(stream);
    })();
    await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const id = Number(await go.run("open"));
        await go.run("write", id, index);
        expect(await go.run("read", id, index)).toBe(String(index));
        await go.run("close", id);
        expect(await go.run("drain", id)).toBe("0");
      }),
    );
    await until(async () => session.streams === 0 && (await go.run("streams")) === "0");
    await go.run("shutdown");
    await serving;
  });

  test("a half that is closed here: Go reads the end, and answers", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    stream.end(patternBytes(0, 1000));
    expect(await peers.go.run("drain", stream.id)).toBe("1000");
    await peers.go.run("write", stream.id, 2000);
    await peers.go.run("close", stream.id);
    expect((await buffer(stream)).equals(patternBytes(0, 2000))).toBe(true);
    await until(async () => peers.session.streams === 0 && (await peers.go.run("streams")) === "0");
  });

  test("a half that Go closes: its end is read here, and answered", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "go");
    await peers.go.run("write", stream.id, 1000);
    await peers.go.run("close", stream.id);
    expect(await readAll(stream)).toBe(1000);
    stream.end(patternBytes(0, 300_000));
    expect(await peers.go.run("drain", stream.id)).toBe("300000");
    await until(async () => peers.session.streams === 0 && (await peers.go.run("streams")) === "0");
  });

  test("destroy here: Go reads all that was written, then the end", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    stream.write(patternBytes(0, 500));
    stream.write(patternBytes(500, 500));
    stream.destroy();
    expect(await peers.go.run("drain", stream.id)).toBe("1000");
    await peers.go.run("close", stream.id);
    await until(async () => peers.session.streams === 0 && (await peers.go.run("streams")) === "0");
  });

  test("destroy here while Go writes: its writer is told to stop", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    stream.destroy();
    await expect(peers.go.run("write", stream.id, 10 * initialWindowBytes)).rejects.toThrow("connection reset");
    await until(async () => peers.session.streams === 0 && (await peers.go.run("streams")) === "0");
  });

  test("destroy with an error: Go's reader and writer see a reset", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    const reading = peers.go.run("drain", stream.id);
    const writing = peers.go.run("write", stream.id, 10 * initialWindowBytes);
    stream.destroy(new Error("enough"));
    await expect(reading).rejects.toThrow("connection reset");
    await expect(writing).rejects.toThrow("connection reset");
    expect(await peers.go.run("streams")).toBe("0");
  });

  test("Go's backlog is not overrun: the 300th stream waits and is accepted like the first", async () => {
    const { session, go } = await sessionWithGo(role);
    const streams = Array.from({ length: 300 }, () => session.open());
    await session.ping();
    for (const stream of streams) expect(await go.run("accept")).toBe(String(stream.id));
    expect(streams.filter((stream) => stream.destroyed)).toEqual([]);
  });

  test("a smaller backlog of Go's resets what is beyond, and nothing else", async () => {
    const { session, go } = await sessionWithGo(role, { flags: ["-backlog", "2"] });
    const streams = Array.from({ length: 4 }, () => session.open());
    await until(() => streams.filter((stream) => stream.destroyed).length === 2);
    expect(streams.map((stream) => stream.errored?.message)).toEqual([
      undefined,
      undefined,
      `the peer refused or reset stream ${streams[2]!.id}`,
      `the peer refused or reset stream ${streams[3]!.id}`,
    ]);
    expect(await go.run("accept")).toBe(String(streams[0]!.id));
  });

  test("Go's StreamCloseTimeout resets a stream that is not closed here", async () => {
    const peers = await sessionWithGo(role, { flags: ["-close-timeout", "50ms"] });
    const stream = await connect(peers, "go");
    stream.resume();
    await peers.go.run("close", stream.id);
    await until(() => stream.destroyed);
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_STREAM_RESET" });
    expect(peers.session.streams).toBe(0);
  });

  test("streamCloseTimeoutMs resets a stream that Go does not close", async () => {
    const peers = await sessionWithGo(role, { streamCloseTimeoutMs: 50 });
    const stream = await connect(peers, "here");
    stream.destroy();
    await until(async () => (await peers.go.run("streams")) === "0");
    await expect(peers.go.run("read", stream.id, 1)).rejects.toThrow("connection reset");
  });

  test("Go's StreamOpenTimeout ends the session of one who does not accept; ours likewise", async () => {
    const first = await sessionWithGo(role, { flags: ["-open-timeout", "50ms"] });
    await first.go.run("open");
    expect(await first.session.closed).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
    const second = await sessionWithGo(role, { streamOpenTimeoutMs: 50 });
    const ended = second.go.run("wait");
    second.session.open();
    expect(await second.session.closed).toMatchObject({ code: "ERR_YAMUX_OPEN_TIMEOUT" });
    await expect(ended).rejects.toThrow(/EOF|reset by peer|session shutdown/);
  });

  test("pings are answered both ways, during bulk too", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    const bulk = Promise.all([
      peers.go.run("write", stream.id, 16 << 20).then(() => peers.go.run("close", stream.id)),
      readAll(stream),
    ]);
    for (let count = 0; count < 20; count++) {
      await Promise.all([peers.session.ping(), peers.go.run("ping")]);
    }
    await bulk;
  });

  test("keepalives of both sides keep an idle session alive", async () => {
    const { session, go } = await sessionWithGo(role, {
      flags: ["-keepalive-interval", "10ms", "-write-timeout", "5s"],
      keepAliveIntervalMs: 10,
    });
    const over = session.closed.then(() => "over");
    const idle = new Promise((resolve) => setTimeout(resolve, 300, "alive"));
    expect(await Promise.race([over, idle])).toBe("alive");
    await go.run("ping");
  });

  test("a frozen Go process is noticed by the keepalive", async () => {
    const { session, go } = await sessionWithGo(role, { keepAliveIntervalMs: 20, connectionWriteTimeoutMs: 100 });
    const stream = session.open();
    go.freeze();
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_KEEPALIVE_TIMEOUT" });
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_KEEPALIVE_TIMEOUT" });
  });

  test("goAway here: Go opens no more, and open streams go on", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "go");
    peers.session.goAway();
    await peers.session.ping();
    await expect(peers.go.run("open")).rejects.toThrow("remote end is not accepting connections");
    stream.end(patternBytes(0, 10));
    expect(await peers.go.run("drain", stream.id)).toBe("10");
  });

  test("GoAway of Go's: nothing more can be opened here, and open streams go on", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    await peers.go.run("goaway");
    await peers.session.ping();
    expect(() => peers.session.open()).toThrow(expect.objectContaining({ code: "ERR_YAMUX_REMOTE_GOAWAY" }));
    stream.end(patternBytes(0, 10));
    expect(await peers.go.run("drain", stream.id)).toBe("10");
  });

  test("close here: Go's session ends, and what was written before arrives", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    const reading = peers.go.run("drain", stream.id);
    stream.end(patternBytes(0, 200_000));
    await once(stream, "finish");
    const ended = peers.go.run("wait");
    await peers.session.close();
    expect(await reading).toBe("200000");
    await expect(ended).rejects.toThrow("EOF");
  });

  test("Close of Go's ends the session and its streams here", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "here");
    await peers.go.run("shutdown");
    expect(await peers.session.closed).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
  });

  test("a killed Go process ends the session, mid-bulk", async () => {
    const peers = await sessionWithGo(role);
    const stream = await connect(peers, "go");
    peers.go.run("write", stream.id, 1 << 30).catch(() => {});
    await once(stream, "data");
    peers.go.kill();
    expect(await peers.session.closed).toMatchObject({
      code: expect.stringMatching(/ERR_YAMUX_(CONNECTION_LOST|REMOTE_CLOSED)/),
    });
    await until(() => stream.destroyed);
    expect(stream.errored).toMatchObject({ code: expect.stringMatching(/^ERR_YAMUX_/) });
  });
});
