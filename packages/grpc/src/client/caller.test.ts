import { expect, test, vi } from "vitest";
import { Status, StatusError } from "../status/status.js";
import { echo, pair, textService } from "../testing/pair.js";
import { createClient } from "./client.js";

test.each([false, true])(
  "a failed call's error names the method and shows the function that called, interceptors: %s",
  async (intercepted) => {
    const implementation = {
      ...echo,
      unary: () => {
        throw new Error("boom", { cause: new Error("no database") });
      },
    };
    const interceptors = intercepted
      ? [(next: (call: unknown) => unknown) => async (call: unknown) => await next(call)]
      : [];
    await using p = await pair(implementation, { client: { interceptors: interceptors as never } });
    async function usersFunction() {
      await p.client.unary("x");
    }
    const error = await usersFunction().catch((reason) => reason);
    expect(error).toMatchObject({ code: Status.UNKNOWN, details: "boom: no database", method: "/test.Text/Unary" });
    expect(error.stack).toMatch(/^StatusError: UNKNOWN: boom: no database\n[\s\S]*usersFunction/);
    p.channel.destroy();
    expect((await usersFunction().catch((reason) => reason)).stack).toContain("usersFunction");
  },
);

/** A stream that fails: while its reader waits, before its reader asks, in what was sent, or by the connection. */
const failures = {
  "while the reader waits": async function* () {
    yield "one";
    await new Promise(setImmediate);
    throw new Error("boom");
  },
  "before the reader asks": async function* () {
    yield "one";
    throw new Error("boom");
  },
  "with the connection": async function* (_: unknown, { signal }: { signal: AbortSignal }) {
    yield "one";
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  },
};

test.each(
  Object.entries(failures).flatMap(([when, handler]) =>
    [false, true].map((intercepted) => [when, intercepted, handler] as const),
  ),
)(
  "a stream that fails %s names the method and shows the function that reads it, interceptors: %s",
  async (when, intercepted, handler) => {
    const interceptors = intercepted
      ? [(next: (call: unknown) => unknown) => async (call: unknown) => await next(call)]
      : [];
    await using p = await pair(
      { ...echo, serverStream: handler as never, bidi: handler as never },
      { client: { interceptors: interceptors as never } },
    );
    async function usersFunction(messages: AsyncIterable<string>) {
      for await (const _ of messages) {
        if (when === "before the reader asks") await new Promise((resolve) => setTimeout(resolve, 20));
        if (when === "with the connection") p.channel.destroy();
      }
    }
    const error = await usersFunction(p.client.serverStream("x")).catch((reason) => reason);
    expect(error).toMatchObject({ method: "/test.Text/ServerStream" });
    expect(error.stack).toMatch(/^StatusError: [A-Z]+[\s\S]*usersFunction/);
  },
);

test("a stream whose message cannot be read names the method and shows the function that reads it", async () => {
  const service = {
    ...textService,
    serverStream: {
      ...textService.serverStream,
      responseDeserialize: () => {
        throw new Error("not a text");
      },
    },
  };
  await using p = await pair(echo);
  const client = createClient(p.channel, service);
  async function usersFunction() {
    for await (const _ of client.serverStream("x"));
  }
  const error = await usersFunction().catch((reason) => reason);
  expect(error).toMatchObject({ method: "/test.Text/ServerStream" });
  expect(error.stack).toContain("usersFunction");
});

test("a handler that returns nothing is an error that names the method, on both sides", async () => {
  await using p = await pair({ ...echo, unary: (() => undefined) as never });
  const details = expect.stringMatching(/handler of \/test\.Text\/Unary returned nothing, expected a response message/);
  await expect(p.client.unary("x")).rejects.toMatchObject({ code: Status.INTERNAL, details });
  expect(p.errors).toEqual([expect.objectContaining({ details })]);
});

test("a value that cannot be encoded is an error that names the method, also in a stream", async () => {
  await using p = await pair({
    ...echo,
    *serverStream() {
      yield 5n as never;
    },
  });
  const read = async () => {
    for await (const _ of p.client.serverStream("x"));
  };
  const details = expect.stringMatching(
    /handler of \/test\.Text\/ServerStream returned a value that cannot be encoded/,
  );
  await expect(read()).rejects.toMatchObject({ code: Status.INTERNAL, details, method: "/test.Text/ServerStream" });
  expect(p.errors).toEqual([expect.objectContaining({ details })]);
});

test("an error's causes are in the status, each once, and an endless chain ends", () => {
  const refused = new Error("connect ECONNREFUSED");
  expect(StatusError.from(new Error("fetch failed", { cause: refused })).details).toBe(
    "fetch failed: connect ECONNREFUSED",
  );
  expect(StatusError.from(new Error("failed: connect ECONNREFUSED", { cause: refused })).details).toBe(
    "failed: connect ECONNREFUSED",
  );
  expect(StatusError.from(new AggregateError([new Error("a"), new Error("b")], "all failed")).details).toBe(
    "all failed: a; b",
  );
  const endless = new Error("endless");
  endless.cause = endless;
  expect(StatusError.from(endless).details).toBe("endless");
});

test.each(["unary", "serverStream", "bidi"] as const)(
  "hundreds of calls of %s on one signal print no warning",
  async (kind) => {
    const warned = vi.fn();
    process.on("warning", warned);
    await using p = await pair(echo);
    const { signal } = new AbortController();
    const call = async () => {
      if (kind === "unary") return void (await p.client.unary("x", { signal }));
      const messages =
        kind === "serverStream" ? p.client.serverStream("x", { signal }) : p.client.bidi(["x"], { signal });
      for await (const _ of messages);
    };
    await Promise.all(Array.from({ length: 300 }, call));
    await new Promise(setImmediate);
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  },
);
