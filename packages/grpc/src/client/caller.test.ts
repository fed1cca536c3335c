import { expect, test, vi } from "vitest";
import { Status, StatusError } from "../status/status.js";
import { echo, pair } from "../testing/pair.js";

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

test("hundreds of calls on one signal print no warning", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  await using p = await pair(echo);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 300 }, () => p.client.unary("x", { signal })));
  await new Promise(setImmediate);
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});
