import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onWindows } from "../../../../test/src/on-windows.js";
import { HostWatch } from "./host-watch.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const host = { hasParent: true, isOutputRead: true, probes: 0 };
  const watch = new HostWatch({
    hasParent: () => host.hasParent,
    isOutputRead: () => {
      host.probes++;
      return host.isOutputRead;
    },
  });
  const gone = vi.fn();
  void watch.start().then(gone);
  const connect = () => {
    const connection = new PassThrough();
    watch.connectionOpened(connection);
    return connection;
  };
  return { host, watch, gone, connect };
}

describe("HostWatch", () => {
  it.each(["hasParent", "isOutputRead"] as const)(
    "notices by %s, within a second, that the host has gone before it connected",
    async (sign) => {
      const { host, gone } = setUp();
      host[sign] = false;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(gone).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it.each(["hasParent", "isOutputRead"] as const)(
    "notices by %s that the host has gone when its last connection ends",
    async (sign) => {
      const { host, gone, connect } = setUp();
      const connections = [connect(), connect()];
      host[sign] = false;
      await vi.advanceTimersByTimeAsync(60_000);
      connections[0]!.destroy();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(gone).not.toHaveBeenCalled();
      connections[1]!.destroy();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(gone).toHaveBeenCalledOnce();
    },
  );

  it("asks nothing while a connection is open", async () => {
    const { host, connect } = setUp();
    connect();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(host.probes).toBe(0);
  });

  it("stays while the host is there without a connection, and writes next to nothing to it", async () => {
    const { host, gone, connect } = setUp();
    connect().destroy();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(gone).not.toHaveBeenCalled();
    expect(host.probes).toBeLessThan(20);
    host.hasParent = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(gone).toHaveBeenCalledOnce();
  });

  it("asks no more once it is stopped", async () => {
    const { host, watch, gone, connect } = setUp();
    const connection = connect();
    watch.stop();
    host.hasParent = false;
    connection.destroy();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gone).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks on Windows, where an orphan keeps its parent's pid, whether that is still there", () =>
    onWindows(async () => {
      const { HostWatch } = await import("./host-watch.js");
      let answer: string | undefined;
      const kill = vi.spyOn(process, "kill").mockImplementation(() => {
        if (answer) throw Object.assign(new Error(answer), { code: answer });
        return true;
      });
      const gone = vi.fn();
      void new HostWatch({ isOutputRead: () => true }).start().then(gone);
      for (answer of [undefined, "EPERM"]) await vi.advanceTimersByTimeAsync(1_000);
      expect(kill).toHaveBeenLastCalledWith(process.ppid, 0);
      expect(gone).not.toHaveBeenCalled();
      answer = "ESRCH";
      await vi.advanceTimersByTimeAsync(1_000);
      expect(gone).toHaveBeenCalledOnce();
      kill.mockRestore();
    }));
});
