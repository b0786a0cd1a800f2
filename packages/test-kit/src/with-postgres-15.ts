import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startDebianPostgres } from './debian-postgres.ts';

/** `node with-postgres-15.ts COMMAND…` runs the command with `TEST_DATABASE_URL` set to a throw-away PostgreSQL 15. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === undefined) {
    console.error('用法 · usage: node packages/test-kit/src/with-postgres-15.ts COMMAND…');
    return 2;
  }
  const server = await startDebianPostgres();
  if ('missing' in server) {
    console.error(server.missing);
    // What was left out is a failure where nobody watches.
    return process.env.CI === undefined ? 0 : 1;
  }
  console.log(`PostgreSQL 15: TEST_DATABASE_URL=${server.url.replace(/:[^:@]*@/, ':***@')}`);
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: server.url } });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await server.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));
