import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Two ends of a real Unix socket connection. */
export function socketPair(): Promise<[Socket, Socket]> {
  const directory = mkdtempSync(join(tmpdir(), "yamux-"));
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (accepted) => {
      server.close();
      rmSync(directory, { recursive: true });
      resolve([dialed, accepted]);
    });
    server.on("error", reject);
    server.listen(join(directory, "s"));
    const dialed = connect({ path: join(directory, "s"), allowHalfOpen: true });
    dialed.on("error", reject);
    dialed.on("connect", () => dialed.removeListener("error", reject));
  });
}
