import { GobLimitError } from "../errors.js";
import type { Registry } from "../registry/registry.js";
import type { Schema } from "../schema/schema.js";
import { Writer } from "../wire/writer.js";
import type { TypeTable } from "./type-table.js";

/** The message that is being written, and what its interface values need. */
export class EncodeState extends Writer {
  depth = 0;

  constructor(
    readonly types: TypeTable,
    readonly registry: Registry,
    readonly maxDepth: number,
  ) {
    super();
  }

  enter(): void {
    if (++this.depth > this.maxDepth) {
      throw new GobLimitError(
        `the value is nested deeper than ${this.maxDepth} levels; it may contain itself (option maxDepth)`,
      );
    }
  }
}

/** Writes a value, even if it is zero. */
// biome-ignore lint/suspicious/noExplicitAny: values are checked at run time, one by one
export type EncodeOp = (state: EncodeState, value: any) => void;

/** Gives composite types the functions that encode their parts. */
export type Compile = (type: Schema) => EncodeOp;
