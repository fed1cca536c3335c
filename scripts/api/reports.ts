// Writes the API report of every entry point, packages/*/api/*.api.md: what it exports, with the types. A report changes
// when what users import changes, so review sees it, and it asks for a changeset.
//   npm run api              writes them, from the build
//   npm run api -- --check   fails, naming the reports, when one is not what the build exports
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { CompilerState, Extractor, ExtractorConfig, type ExtractorLogLevel } from "@microsoft/api-extractor";
import { packageFolders } from "../packed/pack.js";
import { root } from "../requirements.mjs";
import { type EntryPoint, entryPoints } from "./entry-points.js";

const isCheck = process.argv.includes("--check");
const silent = { default: { logLevel: "none" as ExtractorLogLevel } };
const pathOf = ({ folder, name }: EntryPoint) => `packages/${folder}/api/${name}.api.md`;

function configOf({ folder, name, declarations }: EntryPoint): ExtractorConfig {
  const path = `${root}packages/${folder}`;
  mkdirSync(`${path}/api`, { recursive: true });
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${path}/package.json`,
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: root + declarations,
      // Some of proto's types come to host and plugin by way of its /internal, which has no report of its own.
      bundledPackages: ["@go-plugin/proto"],
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: "NodeNext",
            target: "ES2022",
            lib: ["ES2023", "ESNext.Disposable"],
            types: ["node"],
          },
          files: [root + declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: `${path}/api`,
        reportTempFolder: `${root}.build/api/${folder}`,
        reportFileName: `${name}.api.md`,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" as ExtractorLogLevel } },
        extractorMessageReporting: silent,
        // TypeDoc reads the comments: see `npm run typedoc`.
        tsdocMessageReporting: silent,
      },
    },
  });
}

/** Reports of entry points that no longer exist. */
function leftOver(): readonly string[] {
  const known = new Set(entryPoints.map(pathOf));
  return packageFolders
    .map((folder) => `packages/${folder}/api`)
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => readdirSync(root + folder).map((file) => `${folder}/${file}`))
    .filter((path) => !known.has(path));
}

/** Writes the reports, or compares them. Returns the paths of the reports that differ from the build. */
function report(): readonly string[] {
  const unbuilt = entryPoints.find(({ declarations }) => !existsSync(root + declarations));
  if (unbuilt) throw new Error(`${unbuilt.declarations} does not exist; run "npm run build"`);
  const configs = entryPoints.map((entryPoint) => ({ path: pathOf(entryPoint), config: configOf(entryPoint) }));
  // One compiler state for all reports: each would read the same files again.
  const compilerState = CompilerState.create(configs[0]!.config, {
    additionalEntryPoints: entryPoints.map(({ declarations }) => root + declarations),
  });
  const changed = configs.filter(({ path, config }) => {
    const { apiReportChanged, errorCount } = Extractor.invoke(config, {
      compilerState,
      localBuild: !isCheck,
      messageCallback: (message) => {
        if (message.logLevel !== "error") message.handled = true;
      },
    });
    if (errorCount > 0) throw new Error(`API Extractor cannot read what ${path} is written from`);
    return apiReportChanged;
  });
  return [...changed.map(({ path }) => path), ...leftOver()];
}

try {
  const changed = report();
  if (isCheck && changed.length > 0) {
    throw new Error(
      `not what the build exports; run "npm run build", then "npm run api", and read the difference:\n  ${changed.join("\n  ")}`,
    );
  }
  for (const path of isCheck ? [] : leftOver()) rmSync(root + path);
  console.log(
    isCheck ? `${entryPoints.length} API reports are up to date` : ["API reports changed:", ...changed].join("\n  "),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
