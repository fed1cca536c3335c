import { type Infer, lossyString, struct, uint64 } from "@go-plugin/gob";

// Go strings need not be UTF-8. A name or an error text with other bytes must not end the connection.

/** The header of an argument. Go: rpc.Request. */
export const Request = struct("Request", { ServiceMethod: lossyString, Seq: uint64 });
export type Request = Infer<typeof Request>;

/** The header of a reply. Go: rpc.Response. */
export const Response = struct("Response", { ServiceMethod: lossyString, Seq: uint64, Error: lossyString });
export type Response = Infer<typeof Response>;
