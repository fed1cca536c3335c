// Builds what the tests run as processes: the fixtures, our Go programs and HashiCorp's. `npm run build` comes first.
import buildGo from "../interop/src/build-go.js";
import buildFixtures from "../test/src/build-fixtures.js";

await Promise.all([buildFixtures(), buildGo()]);
