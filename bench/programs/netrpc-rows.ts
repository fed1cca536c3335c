import type { RpcClient } from "@go-plugin/proto";
import { concurrently, latency, type Measure, rate } from "./measure.js";
import type { benchRpc } from "./netrpc-shared.js";

const record = {
  Numbers: Array.from({ length: 100 }, (_, index) => index * 1000),
  Entries: new Map(Array.from({ length: 20 }, (_, index) => [`entry ${index}`, index])),
};

export function netRpcRows(client: RpcClient<typeof benchRpc>): Measure {
  return async ({ row, count, size }) => {
    const payload = Buffer.alloc(size);
    const sendBytes = () => client.bytes(payload);
    switch (row) {
      case "unary":
        return latency(count, sendBytes);
      case "inflight":
        return rate(count, () => concurrently(count, sendBytes));
      case "record":
        return latency(count, () => client.record(record));
      case "payload":
        return rate(count, async () => {
          for (let sent = 0; sent < count; sent++) await sendBytes();
        });
      default:
        throw new Error(`no such row: ${row}`);
    }
  };
}
