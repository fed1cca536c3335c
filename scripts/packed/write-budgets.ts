// `npm run budgets`: writes the packages' current sizes as their budgets.
import { writeFileSync } from "node:fs";
import { budgetsPath, measureSizes } from "./sizes.js";

writeFileSync(budgetsPath, `${JSON.stringify(measureSizes(), null, 2)}\n`);
