import type { Logger } from 'pino';
import { type EmbeddedServer, startEmbeddedServer } from './embedded/embedded-server.ts';

/** `DATABASE_URL` where it is set; otherwise the embedded server in `folder`. `stop` ends only what was started here. */
export async function resolveServer(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
  log?: Logger,
): Promise<EmbeddedServer> {
  const url = env.DATABASE_URL;
  if (url === undefined || url === '') return startEmbeddedServer({ folder, ...(log && { log }) });
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new Error(
      `DATABASE_URL 格式不对 · DATABASE_URL: expected postgres://user:password@host:port/database, got ${JSON.stringify(url.slice(0, 12))}…; ` +
        'correct it, or unset it to use the embedded server.',
    );
  }
  return { url, stop: async () => {} };
}
