import { packageFolders } from "../packed/pack.js";
import type { Lane } from "./lane.js";

/** The lanes of `npm test`. The longest are started first. */
export const testLanes: readonly Lane[] = [
  { name: "build", command: "npm run build" },
  { name: "programs", command: "npm run build:programs", after: ["build"] },
  { name: "interop", command: "npm run interop", after: ["programs"] },
  { name: "fault", command: "npm run fault", after: ["programs"] },
  { name: "unit", command: "npm run unit", after: ["build"] },
  { name: "examples", command: "npm run examples", after: ["programs"] },
  { name: "hostile", command: "npm run amplification" },
  { name: "fuzz", command: "npm run fuzz -- --seconds 15 --seed 1", after: ["build"] },
  { name: "repository", command: "npm run repository", after: ["build"] },
  { name: "types", command: "npm run typecheck" },
  { name: "lint", command: "npm run lint" },
  { name: "generated", command: "npm run generate -- --check" },
  { name: "pages", command: "npm run check:pages" },
  { name: "workflows", command: "npm run check:workflows" },
  { name: "api", command: "npm run api -- --check", after: ["build"] },
  { name: "api-examples", command: "npm run check:examples" },
  { name: "typedoc", command: "npm run typedoc" },
  { name: "knip", command: "npm run knip", after: ["build"] },
  // The oldest resolution mode does not know subpath exports; every supported Node does.
  ...packageFolders.map((name) => ({
    name: `attw-${name}`,
    command: `attw --pack packages/${name} --profile node16 --format ascii --quiet`,
    after: ["build"],
  })),
  ...packageFolders.map((name) => ({
    name: `publint-${name}`,
    command: `publint --strict packages/${name}`,
    after: ["build"],
  })),
  { name: "bench", command: "npm run bench -- --smoke", after: ["programs"] },
  { name: "demo", command: "npm run demo", after: ["programs"] },
];

/**
 * The lanes that must pass before a change lands: those of `npm test`, and those that need other installations, or no
 * Go.
 */
export const ciLanes: readonly Lane[] = [
  ...testLanes,
  { name: "node-22", command: "npm run test:node -- 22", after: ["interop"] },
  // After `node-22`: side by side, the two keep brokered connections waiting longer than the five seconds they have.
  { name: "node-24", command: "npm run test:node -- 24", after: ["node-22"] },
  { name: "node-26", command: "npm run test:node -- 26", after: ["node-24"], byNameOnly: true },
  ...[
    ["bun", "plugin"],
    ["bun", "both"],
    ["bun", "host"],
    ["deno", "plugin"],
  ].map(([runtime, role]) => ({
    name: `${runtime}-${role}`,
    command: `npm run test:runtime -- ${runtime} ${role}`,
    after: ["programs"],
    // docs/runtimes.md says what has passed, and when each has run whole.
    byNameOnly: true,
  })),
  { name: "languages", command: "npm run languages", after: ["programs"] },
  { name: "workbench", command: "npm run workbench", after: ["build"] },
  { name: "windows", command: "npm run test:windows", after: ["programs"] },
  // A faulty plugin or host for every rule, each checked against all rules that its fault can affect.
  { name: "conformance", command: "npm run conformance", after: ["build"], byNameOnly: true },
  { name: "create", command: "npm run test:create", after: ["programs"] },
  { name: "pair", command: "npm run test:pair", after: ["build"] },
  { name: "oldest-typescript", command: "npm run test:oldest-typescript", after: ["build"] },
  { name: "without-go", command: "npm run test:without-go", after: ["build", "demo"] },
];
