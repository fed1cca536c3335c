import type { Side } from "../trace/trace-event.js";

const linkTypeRaw = 101;
const maxSegmentBytes = 16 << 10;
const ipBytes = 20;
const tcpBytes = 20;
/** The connections' ports on the accepting side; on the other they are numbered from here. */
const firstPort = 50_051;
const clientPorts = 20_000;

const flag = { fin: 1, syn: 2, psh: 8, ack: 16 } as const;

/** The header of a capture file, of packets that begin with IP. */
export function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2_c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkTypeRaw, 20);
  return header;
}

interface Flow {
  readonly opener: Side;
  readonly serverPort: number;
  readonly clientPort: number;
  /** The next sequence number of each side. */
  readonly next: Record<Side, number>;
}

/**
 * Writes the plain bytes of connections as TCP packets between 127.0.0.1 (who connected) and 127.0.0.2, so that Wireshark
 * and tshark read them: HTTP/2 and gRPC on ports from 50051 on.
 *
 * @example
 * ```ts
 * const file = createWriteStream("plugin.pcap");
 * file.write(pcapHeader());
 * const packets = new PcapPackets();
 * await PluginProxy.start({
 *   command: "./plugin",
 *   onBytes: (connection, from, bytes, opener) => file.write(packets.packets(connection, from, bytes, opener)),
 * });
 * ```
 */
export class PcapPackets {
  readonly #flows = new Map<number, Flow>();
  readonly #offset: number;

  /** @param offset keeps several starts apart that write to one file. */
  constructor(offset = 0) {
    this.#offset = offset % 10_000;
  }

  /** The packets of some bytes of a connection; the first bring the handshake along. */
  packets(connection: number, from: Side, bytes: Buffer, opener: Side): Buffer {
    const packets: Buffer[] = [];
    let flow = this.#flows.get(connection);
    if (!flow) {
      flow = {
        opener,
        serverPort: firstPort + ((connection - 1) % 10_000),
        clientPort: clientPorts + ((connection + this.#offset) % 10_000),
        next: { host: 1, plugin: 1 },
      };
      this.#flows.set(connection, flow);
      packets.push(...handshake(flow));
    }
    for (let at = 0; at < bytes.length; at += maxSegmentBytes) {
      const segment = bytes.subarray(at, at + maxSegmentBytes);
      packets.push(packet(flow, from, flag.psh | flag.ack, segment));
      flow.next[from] = (flow.next[from] + segment.length) >>> 0;
    }
    return Buffer.concat(packets);
  }
}

function handshake(flow: Flow): Buffer[] {
  const client = flow.opener;
  const server: Side = client === "host" ? "plugin" : "host";
  const none = Buffer.alloc(0);
  flow.next[client] = flow.next[server] = 0;
  const syn = packet(flow, client, flag.syn, none);
  flow.next[client] = 1;
  const synAck = packet(flow, server, flag.syn | flag.ack, none);
  flow.next[server] = 1;
  return [syn, synAck, packet(flow, client, flag.ack, none)];
}

function packet(flow: Flow, from: Side, flags: number, data: Buffer): Buffer {
  const length = ipBytes + tcpBytes + data.length;
  const bytes = Buffer.alloc(16 + ipBytes + tcpBytes);
  const now = performance.timeOrigin + performance.now();
  bytes.writeUInt32LE(Math.floor(now / 1000), 0);
  bytes.writeUInt32LE(Math.floor((now % 1000) * 1000), 4);
  bytes.writeUInt32LE(length, 8);
  bytes.writeUInt32LE(length, 12);

  const ip = bytes.subarray(16);
  const fromClient = from === flow.opener;
  ip[0] = 0x45;
  ip.writeUInt16BE(length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.writeUInt32BE(fromClient ? 0x7f00_0001 : 0x7f00_0002, 12);
  ip.writeUInt32BE(fromClient ? 0x7f00_0002 : 0x7f00_0001, 16);
  ip.writeUInt16BE(checksum(ip.subarray(0, ipBytes)), 10);

  const tcp = ip.subarray(ipBytes);
  tcp.writeUInt16BE(fromClient ? flow.clientPort : flow.serverPort, 0);
  tcp.writeUInt16BE(fromClient ? flow.serverPort : flow.clientPort, 2);
  tcp.writeUInt32BE(flow.next[from], 4);
  tcp.writeUInt32BE(flags & flag.ack ? flow.next[from === "host" ? "plugin" : "host"] : 0, 8);
  tcp[12] = 5 << 4;
  tcp[13] = flags;
  tcp.writeUInt16BE(0xffff, 14);
  return data.length === 0 ? bytes : Buffer.concat([bytes, data]);
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
