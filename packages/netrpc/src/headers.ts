import { type Infer, string, struct, uint64 } from "@go-plugin/gob";

/** The header of an argument. Go: rpc.Request. */
export const Request = struct("Request", { ServiceMethod: string, Seq: uint64 });
export type Request = Infer<typeof Request>;

/** The header of a reply. Go: rpc.Response. */
export const Response = struct("Response", { ServiceMethod: string, Seq: uint64, Error: string });
export type Response = Infer<typeof Response>;
