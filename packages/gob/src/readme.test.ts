import { expect, test } from "vitest";
import { gob } from "./index.js";

// The examples of README.md.

const Item = gob.struct("Item", { Name: gob.string, Price: gob.float64 });
const Order = gob.struct("Order", {
  ID: gob.int64,
  Items: gob.slice(Item),
  Notes: gob.record(gob.string),
  At: gob.time,
  get Parent() {
    return gob.ptr(Order);
  },
});
type Order = gob.Infer<typeof Order>;

const url = gob.marshaler("binary", {
  name: "URL",
  encode: (url: string) => new TextEncoder().encode(url),
  decode: (bytes) => new TextDecoder().decode(bytes),
  zero: () => "",
});

test("values", () => {
  const bytes = gob.encode(Order, { ID: 7n, Items: [{ Name: "tea", Price: 4.5 }] });
  const order: Order = gob.decode(Order, bytes);
  expect([order.Items[0]?.Name, order.Parent]).toEqual(["tea", null]);
  expect(gob.inspect(bytes)).toMatchObject([
    { ID: 7, Items: [{ Name: "tea", Price: 4.5, [gob.typeName]: "Item" }], [gob.typeName]: "Order" },
  ]);
});

test("streams", () => {
  const encoder = new gob.Encoder();
  const decoder = new gob.Decoder();
  const orders: Order[] = [];
  decoder.push(encoder.encode(Order, { ID: 1n }));
  decoder.push(encoder.write(Order, { ID: 2n }).write(Order, { ID: 3n }).take());
  for (;;) {
    const order = decoder.decode(Order);
    if (order === gob.needMore) break;
    orders.push(order);
  }
  decoder.end();
  expect(orders.map(({ ID }) => ID)).toEqual([1n, 2n, 3n]);
});

test("types that encode themselves", () => {
  const Page = gob.struct("Page", { Link: gob.ptr(url) });
  const value = { Link: "/orders?page=2" };
  expect(gob.decode(Page, gob.encode(Page, value))).toEqual(value);
  expect(gob.decode(Page, gob.encode(Page, {}))).toEqual({ Link: null });
});

test("errors", () => {
  const Other = gob.struct("Order", { Items: gob.slice(gob.struct("Item", { Price: gob.string })) });
  expect(() => gob.decode(Order, gob.encode(Other, { Items: [{}] }))).toThrow(
    "gob: Order.Items[].Price: expected float64, got string",
  );
});
