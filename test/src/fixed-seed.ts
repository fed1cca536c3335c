import fc from "fast-check";

// A change must not fail for what another one left behind: who looks for more sets another seed.
const { FAST_CHECK_SEED = "1" } = process.env;
fc.configureGlobal({ seed: Number(FAST_CHECK_SEED) });
