/** A rule of docs/protocol. */
export interface Rule {
  readonly id: string;
  /** The page below docs/protocol that has it. */
  readonly page: string;
  readonly who: "plugin" | "host" | "both";
  readonly level: "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";
  readonly text: string;
  readonly why: string;
  /** The commands that see it. */
  readonly seenBy: readonly ("check" | "check-host")[];
  /** The reason why it cannot be seen from outside. */
  readonly invisible?: string;
}
