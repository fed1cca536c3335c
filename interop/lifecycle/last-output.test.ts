import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { launch, silentLogger } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { patternLine } from "@go-plugin/test/commands";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { goProgram } from "../src/build-go.js";

const bytes = 1 << 20;
const whole = createHash("sha256");
for (let index = 0; index < bytes / 1024; index++) whole.update(patternLine(index));
const expected = { bytes, sha256: whole.digest("hex") };

const commands = {
  Go: () => [goProgram("go-plugin-twin")],
  TypeScript: () => [...pluginRuntime, fixture("plugin-on-command")],
} as const;

// A Go host loses the end of such output, by chance: it hangs up while the plugin still sends.
test.for(["Go", "TypeScript"] as const)(
  "what a %s plugin has printed before it is closed reaches the host whole",
  async (language, { sandbox }) => {
    const [command, ...args] = commands[language]();
    for (let start = 0; start < 10; start++) {
      const hash = createHash("sha256");
      let received = 0;
      const stdout = new Writable({
        write(chunk: Buffer, _, done) {
          received += chunk.length;
          hash.update(chunk);
          // As slow as a disk.
          setImmediate(done);
        },
      });
      const plugin = await launch(kvPlugins, {
        command: command!,
        args,
        env: sandbox.env,
        stdout,
        logger: silentLogger,
      });
      const kv = await plugin.dispense("kv_grpc");
      await kv.get({ key: `stdout ${bytes}` });
      await plugin.close();
      expect({ bytes: received, sha256: hash.digest("hex") }).toEqual(expected);
      expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
    }
  },
);
