/** A rule of docs/protocol. */
export interface ProtocolRule {
  readonly id: string;
  readonly page: string;
  readonly who: "plugin" | "host" | "both";
  readonly level: "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";
  readonly text: string;
  readonly why: string;
  readonly seenBy: readonly ("check" | "check-host")[];
  readonly invisible?: string;
  readonly proof: readonly { readonly file: string; readonly title?: string }[];
}

export declare function readRules(directory: string): ProtocolRule[];
