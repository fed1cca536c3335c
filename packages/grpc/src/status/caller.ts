import { StatusError } from "./status.js";

/** Makes the stack of a call's error, which was made where the answer arrived, show who called. */
export function showCaller<E>(error: E): E {
  if (error instanceof StatusError) Error.captureStackTrace?.(error, showCaller);
  return error;
}
