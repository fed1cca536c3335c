import { once } from "node:events";
import { addAbortSignal } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { Flag, initialWindowBytes, type SessionOptions, type Stream } from "./index.js";
import { type RawPeer, sessionWithRawPeer } from "./testing/raw-peer.js";
import { sessionPair } from "./testing/session-pair.js";
import { until } from "./testing/until.js";

const { syn, ack, fin, rst } = Flag;

/** A peer that sends these frames one after the other. */
function sending(...frames: ((peer: RawPeer) => void)[]): (peer: RawPeer) => void {
  return (peer) => {
    for (const send of frames) send(peer);
  };
}

const data =
  (bytes: string, flags = 0) =>
  (peer: RawPeer) =>
    peer.data(1, bytes, flags);
const flags =
  (bits: number, id = 1) =>
  (peer: RawPeer) =>
    peer.window(id, bits);

async function openStream(options: Partial<SessionOptions> = {}) {
  const { session, peer } = await sessionWithRawPeer({ role: "client", ...options });
  onTestFinished(() => session.close());
  const stream = session.open();
  expect(await peer.next()).toMatch(/^window 1 SYN \+/);
  return { session, peer, stream };
}

async function acceptStream(open: (peer: RawPeer) => void, options: Partial<SessionOptions> = {}) {
  const { session, peer } = await sessionWithRawPeer({ role: "server", ...options });
  onTestFinished(() => session.close());
  open(peer);
  const stream = await session.accept();
  return { session, peer, stream };
}

/** The end of a stream for its reader, and the bytes read before. */
async function outcome(stream: Stream): Promise<string> {
  let read = "";
  try {
    for await (const chunk of stream) read += chunk;
    return `${read} end`;
  } catch (error) {
    return `${read} ${(error as { code: string }).code}`;
  }
}

describe("opening", () => {
  test("announces the stream and sends data at once, without waiting for the ACK", async () => {
    const { session, peer } = await sessionWithRawPeer({ role: "client" });
    onTestFinished(() => session.close());
    const stream = session.open();
    stream.write("hello");
    stream.end();
    expect(await peer.quiesce()).toEqual(["window 1 SYN +0", "data 1 hello", "window 1 FIN +0"]);
  });

  test("numbers streams 1, 3, 5 as client and 2, 4, 6 as server", async () => {
    const { client, server } = await sessionPair();
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    expect([client.open().id, client.open().id, client.open().id]).toEqual([1, 3, 5]);
    expect([server.open().id, server.open().id, server.open().id]).toEqual([2, 4, 6]);
  });

  test("acknowledges an incoming stream when it is accepted, not before", async () => {
    const { session, peer } = await sessionWithRawPeer({ role: "server" });
    onTestFinished(() => session.close());
    peer.window(1, syn);
    expect(await peer.quiesce()).toEqual([]);
    await session.accept();
    expect(await peer.quiesce()).toEqual(["window 1 ACK +0"]);
  });
});

describe("flags of the peer, in every order, on a stream that it opens", () => {
  test.each<[string, (peer: RawPeer) => void, string]>([
    ["SYN, data, FIN", sending(flags(syn), data("abc"), flags(fin)), "abc end"],
    ["SYN with data, FIN", sending(data("abc", syn), flags(fin)), "abc end"],
    ["SYN, data with FIN", sending(flags(syn), data("abc", fin)), "abc end"],
    ["SYN and FIN with data", sending(data("abc", syn | fin)), "abc end"],
    ["SYN and FIN", sending(flags(syn | fin)), " end"],
    ["SYN, empty data with FIN", sending(flags(syn), data("", fin)), " end"],
    ["SYN, empty data, FIN", sending(flags(syn), data(""), flags(fin)), " end"],
    ["SYN and ACK, data, FIN", sending(flags(syn | ack), data("abc"), flags(fin)), "abc end"],
    ["SYN, ACK twice, FIN", sending(flags(syn), flags(ack), flags(ack), flags(fin)), " end"],
    ["SYN, FIN, data that crossed it", sending(data("abc", syn), flags(fin), data("late")), "abc end"],
    ["SYN, RST", sending(flags(syn), flags(rst)), " ERR_YAMUX_STREAM_RESET"],
    ["SYN and RST", sending(flags(syn | rst)), " ERR_YAMUX_STREAM_RESET"],
    ["every flag and data", sending(data("abc", syn | ack | fin | rst)), " ERR_YAMUX_STREAM_RESET"],
    ["SYN, FIN, RST", sending(flags(syn), flags(fin), flags(rst)), " ERR_YAMUX_STREAM_RESET"],
    ["SYN, FIN and RST", sending(flags(syn), flags(fin | rst)), " ERR_YAMUX_STREAM_RESET"],
    ["SYN, RST with data", sending(flags(syn), data("abc", rst)), " ERR_YAMUX_STREAM_RESET"],
    ["SYN, RST, then FIN and data", sending(flags(syn | rst), flags(fin), data("late")), " ERR_YAMUX_STREAM_RESET"],
    ["unknown flags", sending(data("abc", syn | fin | 0xfff0)), "abc end"],
  ])("%s", async (_name, open, expected) => {
    const { session, peer, stream } = await acceptStream(open);
    // Everything arrives before the reading starts, so that earlier reads do not hide a reset.
    await peer.quiesce();
    expect(await outcome(stream)).toBe(expected);
    stream.end();
    await until(() => session.streams === 0);
    expect(await peer.quiesce()).not.toContain("end");
  });

  test.each<[string, (peer: RawPeer) => void, string]>([
    ["FIN twice", sending(flags(syn), flags(fin), flags(fin)), "ERR_YAMUX_UNEXPECTED_FLAG"],
    ["SYN twice", sending(flags(syn), flags(syn)), "ERR_YAMUX_DUPLICATE_STREAM"],
    ["SYN of an id of ours", sending(flags(syn, 2)), "ERR_YAMUX_INVALID_STREAM_ID"],
    ["SYN of stream 0", sending(flags(syn, 0)), "ERR_YAMUX_INVALID_STREAM_ID"],
  ])("%s ends the session and tells the peer", async (_name, send, code) => {
    const { session, peer } = await sessionWithRawPeer({ role: "server" });
    send(peer);
    expect(await session.closed).toMatchObject({ code });
    expect(await peer.next()).toBe("goAway 1");
    expect(await peer.next()).toBe("end");
  });
});

describe("flags of the peer on a stream opened here", () => {
  test.each<[string, (peer: RawPeer) => void, string]>([
    ["ACK, data, FIN", sending(flags(ack), data("abc"), flags(fin)), "abc end"],
    ["ACK with data, FIN", sending(data("abc", ack), flags(fin)), "abc end"],
    ["ACK and FIN with data", sending(data("abc", ack | fin)), "abc end"],
    ["data and FIN before the ACK", sending(data("abc", fin), flags(ack)), "abc end"],
    ["FIN without an ACK", sending(flags(fin)), " end"],
    ["RST without an ACK", sending(flags(rst)), " ERR_YAMUX_STREAM_RESET"],
    ["ACK and RST", sending(flags(ack | rst)), " ERR_YAMUX_STREAM_RESET"],
  ])("%s", async (_name, answer, expected) => {
    const { session, peer, stream } = await openStream();
    answer(peer);
    await peer.quiesce();
    expect(await outcome(stream)).toBe(expected);
    stream.end();
    await until(() => session.streams === 0);
  });

  test("a stream that the peer does not know of takes no frames", async () => {
    const { session, peer, stream } = await openStream();
    peer.data(99, "nobody's");
    peer.window(77, fin);
    peer.data(3, "not opened yet");
    expect(await peer.quiesce()).toEqual([]);
    peer.data(1, "abc", fin);
    expect(await text(stream)).toBe("abc");
    expect(session.open().id).toBe(3);
  });
});

describe("half close", () => {
  test("end() sends FIN once and reading goes on", async () => {
    const { session, peer, stream } = await openStream();
    stream.end("question");
    expect(await peer.quiesce()).toEqual(["data 1 question", "window 1 FIN +0"]);
    peer.data(1, "answer", fin);
    expect(await text(stream)).toBe("answer");
    expect(session.streams).toBe(0);
    expect(await peer.quiesce()).toEqual([]);
  });

  test("after the peer's FIN writing goes on", async () => {
    const { session, peer, stream } = await openStream();
    peer.window(1, fin);
    stream.resume();
    await once(stream, "end");
    expect(session.streams).toBe(1);
    stream.end("still here");
    expect(await peer.quiesce()).toEqual(["data 1 still here", "window 1 FIN +0"]);
    expect(session.streams).toBe(0);
  });
});

describe("destroy", () => {
  test("without an error keeps what was written, and sends FIN", async () => {
    const { session, peer, stream } = await openStream();
    stream.write("one");
    stream.write("two");
    stream.destroy();
    expect(await peer.quiesce()).toEqual(["data 1 one", "data 1 two", "window 1 FIN +0"]);
    expect(session.streams).toBe(1);
    peer.window(1, fin);
    await until(() => session.streams === 0);
  });

  test("with an error sends RST", async () => {
    const { session, peer, stream } = await openStream();
    stream.destroy(new Error("changed my mind"));
    expect(await peer.quiesce()).toEqual(["window 1 RST +0"]);
    expect(session.streams).toBe(0);
  });

  test("with data unsent sends RST, so that nobody takes the cut for the end", async () => {
    const { session, peer, stream } = await openStream();
    const written = new Promise((resolve) => stream.write(Buffer.alloc(initialWindowBytes + 1), resolve));
    stream.destroy();
    expect(await written).toMatchObject({ code: "ERR_YAMUX_STREAM_ABORTED" });
    expect((await peer.quiesce()).at(-1)).toBe("window 1 RST +0");
    expect(session.streams).toBe(0);
  });

  test("after end() sends nothing more", async () => {
    const { peer, stream } = await openStream();
    stream.end();
    await once(stream, "finish");
    stream.destroy();
    expect(await peer.quiesce()).toEqual(["window 1 FIN +0"]);
  });

  test("by leaving `for await` is no error: what was written is kept", async () => {
    const { peer, stream } = await openStream();
    peer.data(1, "question");
    for await (const _ of stream) {
      stream.write("answer");
      break;
    }
    expect(await peer.quiesce()).toEqual(["data 1 answer", "window 1 FIN +0"]);
  });

  test("by leaving `for await` after end() sends nothing more", async () => {
    const { session, peer, stream } = await openStream();
    peer.data(1, "question");
    for await (const _ of stream) {
      await new Promise<void>((resolve) => stream.end("answer", resolve));
      break;
    }
    expect(await peer.quiesce()).toEqual(["data 1 answer", "window 1 FIN +0"]);
    peer.window(1, fin);
    await until(() => session.streams === 0);
  });

  test("by the end of `for await` sends FIN", async () => {
    const { session, peer, stream } = await openStream();
    peer.data(1, "question", fin);
    for await (const _ of stream);
    stream.destroy(); // which Node.js 24 leaves to us
    expect(await peer.quiesce()).toEqual(["window 1 FIN +0"]);
    expect(session.streams).toBe(0);
  });

  test("by an AbortSignal sends RST", async () => {
    const { peer, stream } = await openStream();
    addAbortSignal(AbortSignal.abort(), stream);
    expect(await peer.quiesce()).toEqual(["window 1 RST +0"]);
  });

  test("a peer that waits for credit gets that of what nobody will read, once", async () => {
    const { peer, stream } = await acceptStream(flags(syn));
    peer.data(1, Buffer.alloc(initialWindowBytes));
    expect(await peer.quiesce()).toEqual(["window 1 ACK +0"]);
    stream.destroy();
    expect(await peer.quiesce()).toEqual(["window 1 FIN +0", `window 1 +${initialWindowBytes}`]);
    peer.data(1, Buffer.alloc(initialWindowBytes));
    expect(await peer.quiesce()).toEqual(["window 1 RST +0"]);
  });

  test("what still comes is thrown away without credit; with its window used up the peer is told to stop", async () => {
    const { session, peer, stream } = await openStream();
    stream.destroy();
    peer.data(1, Buffer.alloc(initialWindowBytes - 1));
    expect(await peer.quiesce()).toEqual(["window 1 FIN +0"]);
    peer.data(1, Buffer.alloc(1));
    expect(await peer.quiesce()).toEqual(["window 1 RST +0"]);
    expect(session.streams).toBe(0);
  });

  test("a peer that does not close its half is reset after streamCloseTimeoutMs", async () => {
    const { session, peer, stream } = await openStream({ streamCloseTimeoutMs: 20 });
    stream.destroy();
    expect(await peer.next()).toBe("window 1 FIN +0");
    expect(await peer.next()).toBe("window 1 RST +0");
    expect(session.streams).toBe(0);
  });

  test("of a stream that was never announced sends nothing", async () => {
    const { session, peer } = await openStream({ acceptBacklog: 1 });
    const waiting = session.open();
    waiting.write("never sent", () => {});
    waiting.destroy();
    expect(await peer.quiesce()).toEqual([]);
    expect(session.streams).toBe(1);
  });
});

describe("receive window", () => {
  test("credit is given for what is read, half a window at a time", async () => {
    const { peer, stream } = await acceptStream((p) => p.window(1, syn), { maxStreamWindowSize: initialWindowBytes });
    expect(await peer.quiesce()).toEqual(["window 1 ACK +0"]);
    peer.data(1, Buffer.alloc(initialWindowBytes));
    expect(await peer.quiesce()).toEqual([]);
    for (let read = 0; read < initialWindowBytes / 2 - 1; ) {
      if (stream.read(1) === null) await once(stream, "readable");
      else read += 1;
    }
    expect(await peer.quiesce()).toEqual([]);
    stream.read(1);
    expect(await peer.quiesce()).toEqual([`window 1 +${initialWindowBytes / 2}`]);
    stream.resume();
    expect(await peer.next()).toBe(`window 1 +${initialWindowBytes / 2}`);
  });

  test("the window doubles as data is read, up to maxStreamWindowSize", async () => {
    const max = 3 * initialWindowBytes;
    const { peer, stream } = await acceptStream((p) => p.window(1, syn), { maxStreamWindowSize: max });
    stream.resume();
    await peer.quiesce();
    peer.data(1, Buffer.alloc(initialWindowBytes / 2));
    expect(await peer.next()).toBe(`window 1 +${initialWindowBytes * 1.5}`);
    peer.data(1, Buffer.alloc(initialWindowBytes));
    expect(await peer.next()).toBe(`window 1 +${initialWindowBytes * 2}`);
    peer.data(1, Buffer.alloc(initialWindowBytes * 1.5));
    expect(await peer.next()).toBe(`window 1 +${initialWindowBytes * 1.5}`);
    // The window has its final size: unread data is at most one window.
    stream.pause();
    peer.data(1, Buffer.alloc(max));
    expect(await peer.quiesce()).toEqual([]);
    peer.data(1, Buffer.alloc(1));
    expect((await peer.quiesce()).at(0)).toBe("goAway 1");
  });

  test("a paused reader gives no credit, a flowing one does", async () => {
    const { peer, stream } = await acceptStream((p) => p.window(1, syn), { maxStreamWindowSize: initialWindowBytes });
    let received = 0;
    stream.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    await peer.quiesce();
    peer.data(1, Buffer.alloc(initialWindowBytes / 2));
    expect(await peer.next()).toBe(`window 1 +${initialWindowBytes / 2}`);
    stream.pause();
    peer.data(1, Buffer.alloc(initialWindowBytes / 2));
    peer.data(1, Buffer.alloc(initialWindowBytes / 2));
    expect(await peer.quiesce()).toEqual([]);
    stream.resume();
    await until(() => received === (initialWindowBytes * 3) / 2);
    expect(await peer.next()).toMatch(/^window 1 \+/);
  });

  test.each([
    ["in one frame", [initialWindowBytes + 1]],
    ["in the last of several", [initialWindowBytes, 1]],
    ["announced alone", [0xffffffff]],
  ])("overrun %s ends the session and tells the peer", async (_name, lengths) => {
    const { session, peer, stream } = await acceptStream((p) => p.window(1, syn));
    await peer.quiesce();
    for (const length of lengths) peer.send(0, 0, 1, length, Buffer.alloc(Math.min(length, initialWindowBytes)));
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_WINDOW_EXCEEDED" });
    expect(await peer.next()).toBe("goAway 1");
    stream.resume();
    await until(() => stream.destroyed);
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_WINDOW_EXCEEDED" });
  });

  test("every way of reading gets every byte", async () => {
    const bytes = Buffer.from(Array.from({ length: 3 * initialWindowBytes }, (_, index) => index % 251));
    const { client, server } = await sessionPair();
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    const ways: ((stream: Stream) => Promise<Buffer>)[] = [
      buffer,
      async (stream) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk) => chunks.push(chunk));
        await once(stream, "end");
        return Buffer.concat(chunks);
      },
      async (stream) => {
        const chunks: Buffer[] = [];
        stream.on("readable", () => {
          for (let chunk = stream.read(1000) ?? stream.read(); chunk; chunk = stream.read(1000) ?? stream.read()) {
            chunks.push(chunk);
          }
        });
        await once(stream, "end");
        return Buffer.concat(chunks);
      },
      async (stream) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk) => {
          chunks.push(chunk);
          stream.pause();
          setImmediate(() => stream.resume());
        });
        await once(stream, "end");
        return Buffer.concat(chunks);
      },
    ];
    for (const read of ways) {
      client.open().end(bytes);
      const stream = await server.accept();
      expect((await read(stream)).equals(bytes)).toBe(true);
      stream.end();
    }
    await until(() => client.streams === 0 && server.streams === 0);
  });
});

describe("send window", () => {
  test("a writer waits for credit, and uses what comes", async () => {
    const { peer, stream } = await openStream();
    const bytes = Buffer.alloc(initialWindowBytes + 10, "x");
    let written = false;
    stream.write(bytes, () => {
      written = true;
    });
    const sent = async () =>
      (await peer.quiesce()).reduce(
        (sum, frame) => sum + Number(/\((\d+) bytes\)/.exec(frame)?.[1] ?? frame.length - 7),
        0,
      );
    let total = 0;
    while (total < initialWindowBytes) total += await sent();
    expect(total).toBe(initialWindowBytes);
    expect(written).toBe(false);
    peer.window(1, 0, 7);
    expect(await peer.quiesce()).toEqual(["data 1 xxxxxxx"]);
    peer.window(1, 0, 7);
    expect(await peer.quiesce()).toEqual(["data 1 xxx"]);
    expect(written).toBe(true);
  });

  test("a stream without credit does not hold up the others", async () => {
    const { session, peer, stream } = await openStream();
    stream.write(Buffer.alloc(2 * initialWindowBytes));
    const other = session.open();
    other.write("passes by");
    let frame = "";
    while (frame !== "data 3 passes by") frame = await peer.next();
    expect(stream.writableLength).toBeGreaterThan(0);
  });

  test("a reset in the middle of a write fails it", async () => {
    const { peer, stream } = await openStream();
    const written = new Promise((resolve) => stream.write(Buffer.alloc(2 * initialWindowBytes), resolve));
    peer.window(1, rst);
    expect(await written).toMatchObject({ code: "ERR_YAMUX_STREAM_RESET" });
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_STREAM_RESET" });
  });

  test("a payload is not copied, and its callback waits until its memory is free", async () => {
    const { client, server } = await sessionPair();
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    const stream = client.open();
    const chunk = Buffer.alloc(50_000);
    const sent: Buffer[] = [];
    const write = (left: number): void => {
      if (left === 0) {
        stream.end();
        return;
      }
      chunk.fill(left);
      sent.push(Buffer.from(chunk));
      stream.write(chunk, () => write(left - 1));
    };
    write(40);
    const received = await buffer(await server.accept());
    expect(received.equals(Buffer.concat(sent))).toBe(true);
  });
});
