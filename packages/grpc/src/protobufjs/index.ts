/**
 * protobufjs's runtime for the static code of our own messages, as one file of this package's build. As a package it is
 * 17 files, which take longer to load than all of ours; without the numbers of 64 bits, which no message of ours has.
 */
export { default } from "protobufjs/minimal.js";
