/**
 * protobufjs's runtime for the static code of our own messages, as one file of this package's build. As a package it is
 * 17 files, which load more slowly than all of ours. It omits 64-bit numbers, which none of our messages has.
 */
export { default } from "protobufjs/minimal.js";
