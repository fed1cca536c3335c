import { describe, expect, it } from "vitest";
import { takeHostEnvironment } from "./host-environment.js";

describe("takeHostEnvironment", () => {
  it("removes the host's variables from the environment, and nothing else", () => {
    const env = {
      BASIC_PLUGIN: "hello",
      PATH: "/bin",
      PLUGIN_PROTOCOL_VERSIONS: "1,x,10",
      PLUGIN_MIN_PORT: "1",
      PLUGIN_MAX_PORT: "2",
      PLUGIN_CLIENT_CERT: "PEM",
      PLUGIN_MULTIPLEX_GRPC: "true",
      PLUGIN_UNIX_SOCKET_DIR: "/sockets",
      PLUGIN_UNIX_SOCKET_GROUP: "staff",
    };
    const invalid: string[] = [];
    expect(takeHostEnvironment(env, (entry) => invalid.push(entry))).toEqual({
      versions: [1, 10],
      sockets: { directory: "/sockets", group: "staff", minPort: "1", maxPort: "2" },
      clientCertificate: "PEM",
      multiplex: true,
    });
    expect(invalid).toEqual(["x"]);
    expect(env).toEqual({ BASIC_PLUGIN: "hello", PATH: "/bin" });
  });

  it("requests nothing that the host's variables do not", () => {
    const sockets = { directory: undefined, group: undefined, minPort: undefined, maxPort: undefined };
    expect(takeHostEnvironment({}, () => expect.fail("no version is invalid"))).toEqual({
      versions: [],
      sockets,
      clientCertificate: undefined,
      multiplex: undefined,
    });
  });
});
