import fc from "fast-check";

// The seed is fixed so that a change fails only by its own fault. Set another one to search for more.
const { FAST_CHECK_SEED = "1" } = process.env;
fc.configureGlobal({ seed: Number(FAST_CHECK_SEED) });
