/** A folder in templates/. Templates are made of layers, which do not overlap. */
type Layer = "base" | "plugin" | "host" | "go" | "go-host" | "go-plugin";

export interface Template {
  readonly title: string;
  readonly hint: string;
  readonly layers: readonly Layer[];
  /** Added by `--go`. Without them the template has its Go programs in `layers`, or no use for them. */
  readonly goTwins?: readonly Layer[];
}

export const templates = {
  pair: {
    title: "A host and its plugin, both in TypeScript",
    hint: "twins in Go with --go",
    layers: ["base", "plugin", "host"],
    goTwins: ["go", "go-host", "go-plugin"],
  },
  plugin: {
    title: "A plugin for a host in Go",
    hint: "tested under a Go host",
    layers: ["base", "plugin", "go", "go-host"],
  },
  host: {
    title: "A host for plugins in Go",
    hint: "tested with a Go plugin",
    layers: ["base", "host", "go", "go-plugin"],
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

export const templateNames = Object.keys(templates) as readonly TemplateName[];
