import { expect, test } from "vitest";
import { type EnvironmentPolicy, pluginEnvironment } from "./environment.js";

const policy: EnvironmentPolicy = {
  definition: { magicCookieKey: "COOKIE", magicCookieValue: "hello" },
  versions: [1, 3],
  ports: { min: 10_000, max: 25_000 },
  inheritEnv: true,
  env: {},
};
const protocol = {
  COOKIE: "hello",
  PLUGIN_MIN_PORT: "10000",
  PLUGIN_MAX_PORT: "25000",
  PLUGIN_PROTOCOL_VERSIONS: "1,3",
};
const outerHost = {
  PLUGIN_CLIENT_CERT: "PEM",
  PLUGIN_MULTIPLEX_GRPC: "true",
  PLUGIN_UNIX_SOCKET_DIR: "/x",
  PLUGIN_UNIX_SOCKET_GROUP: "staff",
  PLUGIN_MIN_PORT: "1",
  PLUGIN_MAX_PORT: "2",
  PLUGIN_PROTOCOL_VERSIONS: "9",
  COOKIE: "other",
};

test("the host's environment, with the protocol's variables on top", () => {
  expect(pluginEnvironment(policy, { HOME: "/root" })).toEqual({ HOME: "/root", ...protocol });
});

test("nothing that an outer host said reaches the plugin", () => {
  expect(pluginEnvironment(policy, outerHost)).toEqual(protocol);
});

test("without inheritance only the protocol's variables and the user's are left", () => {
  const env = pluginEnvironment({ ...policy, inheritEnv: false, env: { A: "1" } }, { HOME: "/root" });
  expect(env).toEqual({ ...protocol, A: "1" });
});

test("the user's value wins over both, and undefined removes one", () => {
  const env = { HOME: "/mine", COOKIE: "changed", LANG: undefined, PLUGIN_UNIX_SOCKET_DIR: "/mine" };
  expect(pluginEnvironment({ ...policy, env }, { HOME: "/root", LANG: "C" })).toEqual({
    ...protocol,
    HOME: "/mine",
    COOKIE: "changed",
    PLUGIN_UNIX_SOCKET_DIR: "/mine",
  });
});

test("on Windows names that differ in case are one variable", () => {
  const host = { Path: "C:\\host", plugin_client_cert: "PEM" };
  expect(pluginEnvironment({ ...policy, env: { PATH: "C:\\mine" } }, host, "win32")).toEqual({
    ...protocol,
    PATH: "C:\\mine",
  });
  expect(pluginEnvironment({ ...policy, env: { PATH: "/mine" } }, host, "linux")).toEqual({
    ...protocol,
    ...host,
    PATH: "/mine",
  });
});
