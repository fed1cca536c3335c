import { bubblewrap } from "./bubblewrap.js";
import { greet } from "./greet.js";

// Usage: host [plugin]. Without an argument it runs the TypeScript plugin of examples/greeter-logger.
const command = process.argv[2] ?? "../greeter-logger/dist/plugin.js";

greet("Ada", command, bubblewrap).then(
  ({ greeting, messages, address }) => {
    for (const message of messages) console.log(`plugin: ${message}`);
    console.log(greeting);
    console.log(`The plugin listened at ${address}, and knew no other place to write to.`);
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
