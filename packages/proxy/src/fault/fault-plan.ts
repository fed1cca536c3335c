import type { Side } from "../trace/trace-event.js";

/** Something that goes wrong on purpose. */
export type Fault =
  /** The message is passed on later, and so is all behind it. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection is dropped before the message is passed on. */
  | { readonly kind: "cut" }
  /** Half of what was said is passed on, then the connection is dropped. */
  | { readonly kind: "half" }
  /** The real plugin is killed. */
  | { readonly kind: "kill" }
  /** A line before the handshake. */
  | { readonly kind: "garbage"; readonly text: string }
  /** A certificate that nobody has announced. */
  | { readonly kind: "wrong-certificate" };

/** A place in a conversation where something can go wrong. */
export interface FaultPoint {
  readonly at: "call" | "message" | "end";
  readonly method: string;
  readonly from: Side;
}

/** Decides what goes wrong, and where. */
export interface FaultPlan {
  /** Before the line is printed. */
  atHandshake(): Fault | undefined;
  /** When a certificate is shown. */
  atCertificate(): boolean;
  atPoint(point: FaultPoint): Fault | undefined;
}
