export { type BatchSource, BatchWriter, type BytesOwner } from "./batch-writer.js";
export { ReceiveBuffer } from "./receive-buffer.js";
