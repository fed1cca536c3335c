// `npm run budgets`: writes today's sizes of the packages as the sizes that they may have.
import { writeFileSync } from "node:fs";
import { budgetsPath, measureSizes } from "./sizes.js";

writeFileSync(budgetsPath, `${JSON.stringify(measureSizes(), null, 2)}\n`);
