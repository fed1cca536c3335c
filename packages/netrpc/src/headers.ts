import { type Infer, string, struct, uint64 } from "@go-plugin/gob";

/** Goes before each argument. Go: rpc.Request. */
export const Request = struct("Request", { ServiceMethod: string, Seq: uint64 });
export type Request = Infer<typeof Request>;

/** Goes before each reply. Go: rpc.Response. */
export const Response = struct("Response", { ServiceMethod: string, Seq: uint64, Error: string });
export type Response = Infer<typeof Response>;
