import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { maxUnclaimed } from "../broker.js";
import { BrokerResources } from "../broker-resources.js";
import { silentLogger } from "../logger/logger.js";
import { BrokerStream } from "./broker-stream.js";
import type { BrokerTransport } from "./broker-transport.js";
import { plugin } from "./gen/plugin.js";
import { MultiplexedTransport } from "./multiplexed-transport.js";
import { PlainTransport, type Sockets } from "./plain-transport.js";

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) one.close();
});

/** Two links whose messages reach each other in order; `wire` shows them. */
function linkPair() {
  const links = [new BrokerStream(), new BrokerStream()] as const;
  const wire: string[] = [];
  const closed = new AbortController();
  opened.push({ close: () => closed.abort() });
  const carry = async (from: BrokerStream, to: BrokerStream, side: string) => {
    for await (const message of from.outgoing(closed.signal)) {
      const decoded = plugin.ConnInfo.decode(plugin.ConnInfo.encode(message).finish());
      const { knock } = decoded;
      wire.push(`${side} ${decoded.serviceId} ${knock ? (knock.ack ? "ack" : "knock") : "address"}`);
      to.onMessage(decoded);
    }
  };
  void carry(links[0], links[1], "a");
  void carry(links[1], links[0], "b");
  return { links, wire };
}

let sockets = 0;
const unixSockets: Sockets = {
  listen: (onConnection) =>
    new Promise((resolve) => {
      const address = join(tmpdir(), `broker-test-${process.pid}-${sockets++}`);
      const server = createServer(onConnection).listen(address, () =>
        resolve({ network: "unix", address, close: () => server.close(), ref() {}, unref() {} }),
      );
    }),
  connect: async (_, address) => connect(address),
};

function plainPair() {
  const { links, wire } = linkPair();
  const [a, b] = links.map((link) => new PlainTransport(link, unixSockets, silentLogger)) as [
    PlainTransport,
    PlainTransport,
  ];
  opened.push(a, b);
  return { a, b, wire };
}

/** Streams are named by a number; opening one on a side delivers it to the other, in order. */
function multiplexedPair() {
  const { links, wire } = linkPair();
  let streams = 0;
  const unclaimed: Duplex[] = [];
  const transports: MultiplexedTransport[] = [];
  const session = (other: number) => ({
    open: () => {
      const name = String(++streams);
      const stream = () => Object.assign(new Duplex({ read() {}, write: (_, __, done) => done() }), { name });
      const [ours, theirs] = [stream(), stream()];
      setImmediate(() => {
        if (!transports[other]!.accept(theirs)) unclaimed.push(theirs);
        ours.emit("accept");
      });
      return ours;
    },
  });
  transports.push(new MultiplexedTransport(links[0], session(1)), new MultiplexedTransport(links[1], session(0)));
  const [a, b] = transports as [MultiplexedTransport, MultiplexedTransport];
  opened.push(a, b);
  return { a, b, wire, unclaimed };
}

const nameOf = (stream: Duplex) => (stream as Duplex & { name: string }).name;

function dial(
  transport: BrokerTransport,
  id: number,
  timeoutMs = 5_000,
  open = new BrokerResources(),
): Promise<Duplex> {
  return open.attempt(`connecting to id ${id}`, { timeoutMs }, async (deadline) => {
    const connect = await transport.resolve(id, deadline);
    return connect(deadline);
  });
}

/** Listens, and resolves with the first connection. */
function accepted(transport: BrokerTransport, id: number): Promise<Duplex> {
  return new Promise((resolve, reject) => transport.listen(id, resolve, reject));
}

async function expectConnected(one: Duplex, other: Duplex): Promise<void> {
  one.write("ping");
  const data = await new Promise((resolve) => other.once("data", resolve));
  expect(String(data)).toBe("ping");
  (one as Socket).destroy();
  (other as Socket).destroy();
}

describe("plain", () => {
  test("an address is sent, never a knock", async () => {
    const { a, b, wire } = plainPair();
    const connection = accepted(a, 1);
    await expectConnected(await dial(b, 1), await connection);
    expect(wire).toEqual(["a 1 address"]);
  });

  test("dial before the address, address before the dial, and the same id in both directions", async () => {
    const { a, b, wire } = plainPair();
    const early = dial(b, 7);
    const [first, second] = [accepted(a, 7), accepted(b, 7)];
    await expectConnected(await early, await first);
    await vi.waitFor(() => expect(wire).toHaveLength(2));
    await expectConnected(await dial(a, 7), await second);
  });

  test("nobody serves: the dial fails in time, and its waiter is gone", async () => {
    const { b } = plainPair();
    await expect(dial(b, 3, 20)).rejects.toMatchObject({
      code: "ERR_BROKER_TIMEOUT",
      message: /timeout waiting for connection info.*id 3/,
    });
  });

  test("one address serves one dial", async () => {
    const { a, b } = plainPair();
    const connection = accepted(a, 1);
    const [first, second] = await Promise.allSettled([dial(b, 1, 300), dial(b, 1, 300)]);
    expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
    await expectConnected((first as PromiseFulfilledResult<Duplex>).value, await connection);
  });

  test("a knock on a plain broker is ignored", async () => {
    const { links } = linkPair();
    const a = new PlainTransport(links[0], unixSockets, silentLogger);
    opened.push(a);
    links[1].send({ serviceId: 1, knock: { knock: true } });
    await expect(dial(a, 1, 50)).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
  });
});

describe("multiplexed", () => {
  test("knock, answer, stream", async () => {
    const { a, b, wire } = multiplexedPair();
    const connection = accepted(a, 5);
    expect(nameOf(await dial(b, 5))).toBe(nameOf(await connection));
    expect(wire).toEqual(["b 5 knock", "a 5 ack"]);
  });

  test("users may dial at once: the knocks go one after the other, and each stream finds its own listener", async () => {
    const { a, b, wire } = multiplexedPair();
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    const listening = ids.map((id) => accepted(a, id));
    const dialed = await Promise.all(ids.map((id) => dial(b, id)));
    expect(dialed.map(nameOf)).toEqual((await Promise.all(listening)).map(nameOf));
    expect(wire).toEqual(ids.flatMap((id) => [`b ${id} knock`, `a ${id} ack`]));
  });

  test("a dial, and the next knock, wait until the stream is accepted", async () => {
    const { links, wire } = linkPair();
    const streams: Duplex[] = [];
    const b = new MultiplexedTransport(links[1], {
      open: () => {
        const stream = new Duplex({ read() {} });
        streams.push(stream);
        return stream;
      },
    });
    opened.push(b);
    links[0].onMessage = (info) => links[0].send({ serviceId: info.serviceId, knock: { knock: true, ack: true } });
    const dials = [dial(b, 1), dial(b, 2)];
    await vi.waitFor(() => expect(streams).toHaveLength(1));
    await new Promise(setImmediate);
    expect(wire).toEqual(["b 1 knock", "a 1 ack"]);
    streams[0]!.emit("accept");
    expect(await dials[0]).toBe(streams[0]);
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    streams[1]!.emit("accept");
    expect(await dials[1]).toBe(streams[1]);
    expect(wire).toEqual(["b 1 knock", "a 1 ack", "b 2 knock", "a 2 ack"]);
  });

  test("both directions at once, with the same ids", async () => {
    const { a, b } = multiplexedPair();
    const [onA, onB] = [accepted(a, 1), accepted(b, 1)];
    const [fromA, fromB] = await Promise.all([dial(a, 1), dial(b, 1)]);
    expect([nameOf(await onA), nameOf(await onB)]).toEqual([nameOf(fromB), nameOf(fromA)]);
  });

  test("a knock before the listener is kept and answered", async () => {
    const { a, b, wire } = multiplexedPair();
    const early = dial(b, 9);
    await vi.waitFor(() => expect(wire).toEqual(["b 9 knock"]));
    const connection = accepted(a, 9);
    expect(nameOf(await early)).toBe(nameOf(await connection));
  });

  test("a dialer that gave up still opens its stream when it is answered, so that the next dial is in step", async () => {
    const { a, b, wire } = multiplexedPair();
    await expect(dial(b, 1, 20)).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
    const late = accepted(a, 1);
    expect((await late).readable).toBe(true);
    const connection = accepted(a, 2);
    expect(nameOf(await dial(b, 2))).toBe(nameOf(await connection));
    expect(wire).toEqual(["b 1 knock", "a 1 ack", "b 2 knock", "a 2 ack"]);
  });

  test("each connection to the same id knocks again", async () => {
    const { a, b, wire } = multiplexedPair();
    const names: string[] = [];
    a.listen(4, (stream) => names.push(nameOf(stream)));
    const dialed = [nameOf(await dial(b, 4)), nameOf(await dial(b, 4))];
    await vi.waitFor(() => expect(names).toEqual(dialed));
    expect(wire).toHaveLength(4);
  });

  test("a dial that lasts longer than a listener keeps a knock is still answered", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const { a, b, wire } = multiplexedPair();
    const dialing = dial(b, 1, 60_000);
    await vi.advanceTimersByTimeAsync(11_000);
    const connection = accepted(a, 1);
    expect(nameOf(await dialing)).toBe(nameOf(await connection));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(wire).toEqual(["b 1 knock", "b 1 knock", "b 1 knock", "a 1 ack"]);
  });

  test("a knock that crosses its answer is answered with a stream more, which is closed", async () => {
    const { links } = linkPair();
    const streams: Duplex[] = [];
    const open = () => {
      const stream = new Duplex({ read() {} });
      streams.push(stream);
      setImmediate(() => stream.emit("accept"));
      return stream;
    };
    const b = new MultiplexedTransport(links[1], { open });
    opened.push(b);
    const answer = { serviceId: 1, knock: { knock: true, ack: true } };
    links[0].onMessage = () => {
      links[0].send(answer);
      links[0].send(answer);
    };
    expect(await dial(b, 1)).toBe(streams[0]);
    await vi.waitFor(() => expect(streams[1]?.destroyed).toBe(true));
    expect(streams[0]!.destroyed).toBe(false);
  });

  test("knocks without end, and no streams: the other side is refused", async () => {
    const { links } = linkPair();
    const a = new MultiplexedTransport(links[0], { open: vi.fn() });
    opened.push(a);
    const answers: string[] = [];
    links[1].onMessage = ({ knock }) => answers.push(knock?.error ?? "");
    a.listen(1, vi.fn());
    for (let knocks = 0; knocks <= maxUnclaimed; knocks++) links[1].send({ serviceId: 1, knock: { knock: true } });
    await vi.waitFor(() => expect(answers).toHaveLength(maxUnclaimed + 1));
    expect(new Set(answers.slice(0, -1))).toEqual(new Set([""]));
    expect(answers.at(-1)).toBe("1024 knocks were answered whose streams have not come");
  });

  test("knocks of a lost connection do not claim streams of the next one", async () => {
    const { links, wire } = linkPair();
    const a = new MultiplexedTransport(links[0], { open: vi.fn() });
    opened.push(a);
    const onConnection = vi.fn();
    a.listen(1, onConnection);
    links[1].send({ serviceId: 1, knock: { knock: true } });
    links[1].send({ serviceId: 2, knock: { knock: true } });
    await vi.waitFor(() => expect(wire).toEqual(["b 1 knock", "b 2 knock", "a 1 ack"]));
    a.reset();
    expect(a.accept(new Duplex({ read() {} }))).toBe(false);
    a.listen(2, onConnection);
    expect(onConnection).not.toHaveBeenCalled();
    expect(a.accept(new Duplex({ read() {} }))).toBe(false);
  });

  test("a refusal is passed on, and opens no stream", async () => {
    const { links } = linkPair();
    const open = vi.fn();
    const b = new MultiplexedTransport(links[0], { open });
    opened.push(b);
    links[1].onMessage = (info) =>
      links[1].send({ serviceId: info.serviceId, knock: { knock: true, ack: true, error: "no listener" } });
    await expect(dial(b, 1)).rejects.toMatchObject({ code: "ERR_BROKER_REFUSED", message: /no listener/ });
    expect(open).not.toHaveBeenCalled();
  });

  test("a stream that is granted and then reset is a refusal too", async () => {
    const { links } = linkPair();
    const open = () => {
      const stream = new Duplex({ read() {} });
      setImmediate(() => stream.destroy(new Error("reset")));
      return stream;
    };
    const b = new MultiplexedTransport(links[1], { open });
    opened.push(b);
    links[0].onMessage = ({ serviceId }) => links[0].send({ serviceId, knock: { knock: true, ack: true } });
    await expect(dial(b, 1)).rejects.toMatchObject({ code: "ERR_BROKER_REFUSED", cause: { message: "reset" } });
  });

  test("a stream that no knock announced is not the broker's", () => {
    const { a } = multiplexedPair();
    expect(a.accept(new Duplex({ read() {} }))).toBe(false);
  });
});
