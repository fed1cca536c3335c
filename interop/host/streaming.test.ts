import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, Status } from "@go-plugin/host";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { test } from "../src/example-place.js";
import { streamerPlugins } from "../streaming/shared.js";

/** The text that HashiCorp's own host streams. */
const text = "Lorem ipsum dolor sit amet";
const chunkSize = 10;

test("HashiCorp's streamer takes and gives chunks as it does with its own host", async ({ place, sandbox }) => {
  const go = place();
  go.install("plugin/streamer", [goProgram("streaming-plugin")]);
  await go.run("streaming-host", ["./streamed"]);

  const { folder } = place();
  await using plugin = await launch(streamerPlugins, {
    command: goProgram("streaming-plugin"),
    cwd: folder,
    env: sandbox.env,
  });
  const streamer = await plugin.dispense("streamer");
  await streamer.configure({ path: "./streamed", chunkSize });
  const bytes = Buffer.from(text);
  const written = streamer.write(
    (function* () {
      for (let sent = 0; sent < bytes.length; sent += chunkSize) {
        yield { bytesToWrite: bytes.subarray(sent, sent + chunkSize) };
      }
    })(),
  );
  // The plugin ends the call with OK but without a response. Its own host ignores that; grpc-go now reports:
  await expect(written).rejects.toMatchObject({ code: Status.INTERNAL, details: /received no response message/ });
  expect(readFileSync(join(folder, "streamed"))).toEqual(readFileSync(join(go.folder, "streamed")));

  const chunks: string[] = [];
  for await (const { readBytes } of streamer.read({})) chunks.push(Buffer.from(readBytes).toString());
  expect(chunks).toEqual(["Lorem ipsu", "m dolor si", "t amet"]);
});
