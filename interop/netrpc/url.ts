import { gob } from "@go-plugin/gob";

/** url.URL, which marshals itself. */
export const url = gob.marshaler<URL>("binary", {
  name: "URL",
  encode: ({ href }) => Buffer.from(href),
  decode: (bytes) => new URL(Buffer.from(bytes).toString()),
  zero: () => new URL("about:blank"),
});
