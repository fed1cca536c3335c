// Reads the doc comments of every entry point as TypeDoc does, and fails on what it warns of: a link to nowhere, an unknown
// tag, a parameter that does not exist. It writes nothing.
import { Application, LogLevel } from "typedoc";
import { root } from "../requirements.mjs";
import { entryPoints } from "./entry-points.js";

const application = await Application.bootstrap({
  entryPoints: entryPoints.map(({ source }) => root + source),
  tsconfig: `${root}tsconfig.json`,
  emit: "none",
  // Node's EventEmitter and protobufjs have comments of their own.
  excludeExternals: true,
  // `npm run typecheck` finds them.
  skipErrorChecking: true,
  // `npm run check:pages` reads the pages.
  readme: "none",
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: LogLevel.Warn,
});
const project = await application.convert();
if (project) application.validate(project);
const { errorCount, warningCount, validationWarningCount } = application.logger;
if (!project || errorCount + warningCount + validationWarningCount > 0) process.exitCode = 1;
else console.log(`the doc comments of ${entryPoints.length} entry points have no warnings`);
