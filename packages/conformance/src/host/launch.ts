import type { Check } from "../run/run-checks.js";
import { expect, NotApplicable } from "../run/verdicts.js";
import type { HostSubject } from "./subject.js";

const optional = ["CLIENT_CERT", "MULTIPLEX_GRPC", "UNIX_SOCKET_DIR", "UNIX_SOCKET_GROUP"].map(
  (name) => `PLUGIN_${name}`,
);

export const hostLaunchChecks: readonly Check<HostSubject>[] = [
  {
    rule: "CK-1",
    async run(subject, trace) {
      const { cookie } = subject.settings;
      if (!cookie) throw new NotApplicable("--cookie does not say what it is");
      const came = (await subject.reference(trace)).env[cookie.key];
      expect(
        came === cookie.value,
        `${cookie.key}=${cookie.value}`,
        came === undefined ? "it is not set" : `it is ${came}`,
      );
    },
  },
  {
    rule: "ENV-1",
    async run(subject, trace) {
      const { PLUGIN_PROTOCOL_VERSIONS: list } = (await subject.reference(trace)).env;
      const text = list === undefined ? "it is not set" : `it is ${JSON.stringify(list)}`;
      expect(/^\d+(,\d+)*$/.test(list ?? ""), "decimal versions with commas in PLUGIN_PROTOCOL_VERSIONS", text);
    },
  },
  {
    rule: "ENV-2",
    async run(subject, trace) {
      const { PLUGIN_MIN_PORT: min = "", PLUGIN_MAX_PORT: max = "" } = (await subject.reference(trace)).env;
      const numbers = /^\d+$/.test(min) && /^\d+$/.test(max) && Number(min) <= Number(max);
      expect(numbers, "a range of ports", `PLUGIN_MIN_PORT is "${min}" and PLUGIN_MAX_PORT is "${max}"`);
    },
  },
  {
    rule: "ENV-4",
    async run(subject, trace) {
      const { PLUGIN_MULTIPLEX_GRPC: value } = (await subject.reference(trace)).env;
      expect(
        value === undefined || value === "true",
        "PLUGIN_MULTIPLEX_GRPC as true, or not at all",
        `it is "${value}"`,
      );
    },
  },
  {
    rule: "ENV-5",
    async run(subject, trace) {
      await subject.reference(trace);
      const stale = Object.fromEntries(optional.map((name) => [name, "of-an-outer-host"]));
      const ignores = ["PLUGIN_UNIX_SOCKET_DIR", "PLUGIN_UNIX_SOCKET_GROUP", "PLUGIN_CLIENT_CERT"] as const;
      const { env } = await subject.run({ ignores }, trace, stale);
      const passed = optional.filter((name) => env[name] === "of-an-outer-host");
      expect(passed.length === 0, "that what an outer host has set is taken out", `it passes on ${passed.join(", ")}`);
    },
  },
];
