/** Errors and metadata alone, without HTTP/2: for code that only throws or reads them. */
export { Metadata, type MetadataValue, type MetadataValueOf } from "../headers/metadata.js";
/** @internal */
export { errorText } from "./error-text.js";
export { isStatusError, Status, StatusError, statusName } from "./status.js";
