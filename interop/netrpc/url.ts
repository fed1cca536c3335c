import { gob } from "@go-plugin/gob";

/** Go's url.URL, a binary marshaler. */
export const url = gob.marshaler<URL>("binary", {
  name: "URL",
  encode: ({ href }) => Buffer.from(href),
  decode: (bytes) => new URL(Buffer.from(bytes).toString()),
  zero: () => new URL("about:blank"),
});
