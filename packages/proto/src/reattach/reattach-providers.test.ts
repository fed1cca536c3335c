import { expect, test } from "vitest";
import { fromGoReattachConfig, type GoReattachConfig } from "./go-reattach-config.js";
import { formatReattachProviders, parseReattachProviders } from "./reattach-providers.js";

const address = "registry.terraform.io/example/demo";

test("a configuration survives the way to Terraform and back", () => {
  const config = {
    protocol: "grpc",
    version: 6,
    network: "unix",
    address: "/tmp/plugin1",
    pid: 7,
    test: true,
  } as const;
  const text = formatReattachProviders({ [address]: config });
  expect(JSON.parse(text)).toEqual({
    [address]: {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: 7,
      Test: true,
      Addr: { Network: "unix", String: "/tmp/plugin1" },
    },
  });
  expect(parseReattachProviders(text)).toEqual({ [address]: config });
});

test.each([
  [
    { Network: "tcp", String: "127.0.0.1:4000" },
    { network: "tcp", address: "127.0.0.1:4000" },
  ],
  [
    { Name: "/tmp/s", Net: "unix" },
    { network: "unix", address: "/tmp/s" },
  ],
  [
    { IP: "127.0.0.1", Port: 4000, Zone: "" },
    { network: "tcp", address: "127.0.0.1:4000" },
  ],
  [
    { IP: "fe80::1", Port: 4000, Zone: "eth0" },
    { network: "tcp", address: "[fe80::1%eth0]:4000" },
  ],
])("Go's addresses, however they were written: %j", (Addr, expected) => {
  expect(fromGoReattachConfig({ Protocol: "", ProtocolVersion: 5, Pid: 1, Addr })).toEqual({
    protocol: "netrpc",
    version: 5,
    pid: 1,
    ...expected,
  });
});

test.each([
  ["nothing", "not JSON"],
  ["[]", "a list"],
  ['{"x":{"Pid":1,"Addr":{}}}', "no address"],
  ['{"x":null}', "no provider"],
])("%s is refused: %s", (text) => {
  expect(() => parseReattachProviders(text)).toThrow(TypeError);
});

test("a configuration without an address is refused", () => {
  expect(() => fromGoReattachConfig({ Pid: 1 } as GoReattachConfig)).toThrow(/expected Addr to be/);
});
