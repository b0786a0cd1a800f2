import { startEmbeddedServer } from '../src/index.ts';

/** A launcher as a process of its own: starts or attaches in the folder given, says the address, stops on SIGTERM. */
const server = await startEmbeddedServer({ folder: process.argv[2]! });
const alive = setInterval(() => {}, 60_000);
process.on('SIGTERM', async () => {
  await server.stop();
  clearInterval(alive);
});
console.log(server.url);
