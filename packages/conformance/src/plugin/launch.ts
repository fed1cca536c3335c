import type { Check } from "../run/run-checks.js";
import { expect } from "../run/verdicts.js";
import { came } from "./handshake.js";
import { looksLikeLine } from "./line.js";
import { describeExit, startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

export const launchChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "CK-2",
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace, { env: { [subject.cookie.key]: undefined } });
      const first = await plugin.firstLine();
      expect(!looksLikeLine(first), `no handshake line without ${subject.cookie.key}`, came(plugin, first));
      const exit = await plugin.exitWithin(subject.timeoutMs);
      expect(exit !== undefined, `an exit without ${subject.cookie.key}`, "it goes on");
      expect(exit.code === 1, "exit code 1", `it ended ${describeExit(exit)}`);
      expect(plugin.stderr.trim() !== "", "a word on stderr about what the program is", "there was none");
    },
  },
  {
    rule: "ENV-7",
    needs: ["HS-1", "HS-2"],
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace, { bare: true });
      const first = await plugin.firstLine();
      expect(looksLikeLine(first), "a handshake line with nothing but the cookie", came(plugin, first));
    },
  },
];
