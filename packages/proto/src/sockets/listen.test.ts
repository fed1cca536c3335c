import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect, createServer, Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ListenOptions, listen } from "./listen.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "listen-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const unix = (socketDirectory?: string, group?: string): ListenOptions => ({
  platform: "linux",
  directory: socketDirectory,
  group,
});
const tcp = (minPort?: string, maxPort?: string): ListenOptions => ({ platform: "win32", minPort, maxPort });
const ignore = () => {};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

describe("on unix sockets", () => {
  it("listens where the host says, for the user alone, and takes connections", async () => {
    const accepted: Socket[] = [];
    const listener = await listen(unix(directory), (socket) => accepted.push(socket));
    expect(listener.network).toBe("unix");
    expect(listener.address).toMatch(new RegExp(`^${directory}/plugin[0-9a-f]{16}$`));
    expect(statSync(listener.address).mode & 0o777).toBe(0o600);
    const client = connect(listener.address);
    await once(client, "connect");
    await vi.waitFor(() => expect(accepted).toHaveLength(1));
    client.destroy();
    listener.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("listens alike where Node.js's internals do nothing when they are called directly", async () => {
    const internals = Server.prototype as unknown as { _listen2(...args: unknown[]): void };
    const { _listen2 } = internals;
    let calls = 0;
    internals._listen2 = function (...args) {
      if (++calls % 2 === 0) _listen2.apply(this, args);
    };
    try {
      const listener = await listen(unix(directory), (socket) => socket.end("served"));
      expect((await connect(listener.address).toArray()).join("")).toBe("served");
      listener.close();
      expect(readdirSync(directory)).toEqual([]);
      await expect(listen(unix(join(directory, "nowhere")), ignore)).rejects.toThrow("could not create");
      expect(calls).toBe(4);
    } finally {
      internals._listen2 = _listen2;
    }
  });

  it("leaves the umask and the exit handlers as they were", async () => {
    const before = { umask: process.umask(), handlers: process.listenerCount("exit") };
    const listener = await listen(unix(directory), ignore);
    expect(process.umask()).toBe(before.umask);
    listener.close();
    listener.close();
    expect(process.listenerCount("exit")).toBe(before.handlers);
  });

  it("lets the group connect that the host names, by number or name", async () => {
    for (const group of [String(process.getgid!()), execFileSync("id", ["-gn"], { encoding: "utf8" }).trim()]) {
      const listener = await listen(unix(directory, group), ignore);
      expect(statSync(listener.address)).toMatchObject({ gid: process.getgid!() });
      expect(statSync(listener.address).mode & 0o777).toBe(0o660);
      listener.close();
    }
  });

  it("leaves no socket when there is no such group", async () => {
    await expect(listen(unix(directory, "no such group"), ignore)).rejects.toMatchObject({ code: "ERR_SOCKET_GROUP" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("gives every socket another name", async () => {
    const listeners = await Promise.all([1, 2, 3].map(() => listen(unix(directory), ignore)));
    expect(new Set(listeners.map((listener) => listener.address)).size).toBe(3);
    for (const listener of listeners) listener.close();
  });

  it("names the directory that does not exist", async () => {
    await expect(listen(unix(`${directory}/missing`), ignore)).rejects.toMatchObject({
      code: "ERR_SOCKET_LISTEN",
      message: expect.stringContaining(`${directory}/missing/plugin`),
    });
  });

  it("refuses a directory of the host that is too long, and creates nothing", async () => {
    const long = join(directory, "d".repeat(100));
    mkdirSync(long);
    await expect(listen(unix(long), ignore)).rejects.toMatchObject({
      code: "ERR_SOCKET_LISTEN",
      message: expect.stringContaining("PLUGIN_UNIX_SOCKET_DIR"),
    });
    expect(readdirSync(long)).toEqual([]);
    expect(readdirSync(directory)).toEqual(["d".repeat(100)]);
  });

  it("goes to /tmp when the temporary directory is too long", async () => {
    const long = join(directory, "d".repeat(100));
    mkdirSync(long);
    vi.stubEnv("TMPDIR", long);
    const listener = await listen(unix(undefined), ignore);
    expect(listener.address).toMatch(/^\/tmp\/plugin[0-9a-f]{16}$/);
    expect(existsSync(listener.address)).toBe(true);
    listener.close();
    expect(existsSync(listener.address)).toBe(false);
  });
});

describe("on TCP, as on Windows", () => {
  it("takes the first free port of the host's range, on the loopback interface", async () => {
    const port = await freePort();
    const first = await listen(tcp(String(port), String(port + 20)), ignore);
    const second = await listen(tcp(String(port), String(port + 20)), ignore);
    const ports = [first, second].map(({ network, address }) => {
      expect(network).toBe("tcp");
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
      return Number(address.split(":")[1]);
    });
    expect(ports[0]).toBeGreaterThanOrEqual(port);
    expect(ports[1]).toBeGreaterThan(ports[0]!);
    expect(ports[1]).toBeLessThanOrEqual(port + 20);
    first.close();
    second.close();
  });

  it.each([
    [undefined, undefined],
    ["", ""],
    ["0", "0"],
  ])("takes any port for the range %o to %o", async (min, max) => {
    const listener = await listen(tcp(min, max), ignore);
    expect(Number(listener.address.split(":")[1])).toBeGreaterThan(0);
    listener.close();
  });

  it("says that the range is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    await expect(listen(tcp(String(port), String(port)), ignore)).rejects.toMatchObject({
      code: "ERR_SOCKET_LISTEN",
      message: expect.stringContaining(`from ${port} to ${port}`),
      cause: expect.objectContaining({ code: "EADDRINUSE" }),
    });
    taken.close();
  });

  it.each([
    ["20", "10", "at most"],
    ["x", "10", "PLUGIN_MIN_PORT"],
    ["10", "70000", "PLUGIN_MAX_PORT"],
    ["10", undefined, "at most"],
  ])("refuses the range %o to %o", async (min, max, message) => {
    await expect(listen(tcp(min, max), ignore)).rejects.toMatchObject({
      code: "ERR_SOCKET_LISTEN",
      message: expect.stringContaining(message),
    });
  });
});
