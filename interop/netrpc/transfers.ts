import { setImmediate } from "node:timers/promises";
import { addData, type Digest, expectedDigest, receiveData, sendData, toJson } from "./data.js";
import type { Host } from "./host.js";
import type { Scenario } from "./scenarios.js";
import type { Progress } from "./shared.js";

const mebibyte = 1 << 20;
/** The count has to stay the same this many times, with a call to the plugin in between. */
const stalledPolls = 100;

/** The scenarios of interop/netrpcscenario/transfers.go. */
export const transfers: Readonly<Record<string, Scenario>> = {
  // 64 MiB as one argument and as one reply.
  async blob({ caller }) {
    const args = new Uint8Array(64 * mebibyte);
    for (let i = 0; i < args.length; i++) args[i] = i * 31;
    const [sent, got] = [args, await caller.blob(args)].map((data) => addData({ Bytes: 0, Crc: 0 }, data));
    if (got!.Crc !== sent!.Crc) throw new Error("the data is damaged");
    return toJson(got!);
  },

  async read(host) {
    return intact(host.bytes, await read(host, host.bytes));
  },

  async write(host) {
    return intact(host.bytes, await write(host, host.bytes, 0));
  },

  async "host-reads-slowly"(host) {
    const bytes = 32 * mebibyte;
    const before = await host.caller.progress({});
    let sent = 0;
    const digest = await read(host, bytes, async () => {
      sent = await stalled(host, (now) => Number(now.Sent - before.Sent));
    });
    return { stalled: sent < bytes / 2, digest: toJson(digest) };
  },

  async "plugin-reads-slowly"(host) {
    const bytes = 32 * mebibyte;
    const before = host.side.sent;
    const received = write(host, bytes, bytes);
    const sent = await stalled(host, () => host.side.sent - before);
    await host.caller.release(0);
    return { stalled: sent < bytes / 2, digest: toJson(await received) };
  },

  // Bytes and the end of the stream go both ways on one connection.
  async "raw-both-ways"({ side, caller }) {
    const id = await caller.nextId({});
    await caller.bounce(id);
    const connection = await side.broker.dial(id);
    const [digest] = await Promise.all([receiveData(connection), sendData(4 * mebibyte, connection)]);
    return intact(4 * mebibyte, digest);
  },

  // The plugin prints 100 MB, a part of it to stderr.
  async output({ caller, printed }) {
    const [Stdout, Stderr] = [80 << 10, 20 << 10];
    await caller.print({ Stdout, Stderr });
    while (printed.stdout.Bytes < Stdout << 10 || printed.stderr.Bytes < Stderr << 10) await setImmediate();
    return { stdout: toJson(printed.stdout), stderr: toJson(printed.stderr) };
  },
};

/** Has the plugin send on a brokered connection. */
async function read({ side, caller }: Host, Bytes: number, afterFirst?: () => Promise<unknown>): Promise<Digest> {
  const ID = await caller.nextId({});
  await caller.send({ ID, Bytes });
  return receiveData(await side.broker.dial(ID), afterFirst);
}

/** Sends on a brokered connection to the plugin. */
async function write({ side, caller }: Host, bytes: number, hold: number): Promise<Digest> {
  const ID = await caller.nextId({});
  const received = caller.receive({ ID, Bytes: hold });
  await sendData(bytes, await side.broker.dial(ID), (sent) => {
    side.sent += sent;
  });
  const { Bytes, Crc } = await received;
  return { Bytes: Number(Bytes), Crc };
}

function intact(bytes: number, digest: Digest): unknown {
  const expected = expectedDigest(bytes);
  if (digest.Crc === expected.Crc && digest.Bytes === expected.Bytes) return toJson(digest);
  throw new Error(`the data is damaged: expected ${JSON.stringify(expected)}, got ${JSON.stringify(digest)}`);
}

/** The count once it has stopped growing. */
async function stalled({ reached }: Host, count: (now: Progress) => number): Promise<number> {
  let last = 0;
  let same = 0;
  await reached((now) => {
    const current = count(now);
    same = current === last && current > 0 ? same + 1 : 0;
    last = current;
    return same === stalledPolls;
  });
  return last;
}
