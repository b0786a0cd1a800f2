import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Assertions,
  createAssertions,
  createVerifier,
  type Keyring,
  type OidcIssuer,
  openIssuer,
  openKeyring,
  readOidc,
  type TrustedIssuer,
  type Verifier,
} from '@gnomon/identity';
import { type Logger, type Level as LogLevel, pino } from 'pino';
import { BLOCKED_PORTS } from './blocked-ports.ts';

/** Variables of the environment as they come. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a process of Gnomon reads from its environment. */
export interface Settings {
  /** Port to listen on; the default is the subgraph's own. */
  readonly port: number;
  /** Address to listen on (`HOST`), loopback when not set. */
  readonly host: string;
  /** `DATABASE_URL`, or `null` for the embedded server. */
  readonly databaseUrl: string | null;
  /** Data folder, `GNOMON_HOME`. */
  readonly home: string;
  /** Folder of the embedded server and of the issuer's key, inside the home. */
  readonly postgresFolder: string;
  readonly identityFolder: string;
  /** Where signed heads of the log are kept outside of the database, `GNOMON_LOG_HEADS`: a folder or an address; `null` for `off`. */
  readonly logHeads: string | null;
  /** Folder of rules, `GNOMON_RULES`. */
  readonly rulesFolder: string;
  /** An identity service instead of the built-in issuer. */
  readonly oidc: OidcIssuer | null;
  /** Shared by the hub's own parts, `GNOMON_INTERNAL_SECRET`; `null` when no gateway calls over HTTP. */
  readonly internalSecret: string | null;
  readonly logLevel: LogLevel;
}

/**
 * Reads and checks the environment.
 * @throws {Error} naming the variable, what was expected, what came, in both languages.
 */
export function readEnvironment(env: Environment, defaultPort: number): Settings {
  const home = resolve(env.GNOMON_HOME || '.gnomon');
  return {
    port: readPort(env.PORT, defaultPort),
    host: env.HOST || '127.0.0.1',
    databaseUrl: env.DATABASE_URL || null,
    home,
    postgresFolder: join(home, 'postgres'),
    identityFolder: join(home, 'identity'),
    logHeads: readLogHeads(env.GNOMON_LOG_HEADS, join(home, 'log-heads')),
    rulesFolder: resolve(env.GNOMON_RULES || fileURLToPath(new URL('../../../rules/', import.meta.url))),
    oidc: readOidc(env),
    internalSecret: env.GNOMON_INTERNAL_SECRET || null,
    logLevel: readLogLevel(env.LOG_LEVEL),
  };
}

/** Logs to standard error, so that standard output keeps to the lines people and scripts wait for. */
export function openLog(settings: Pick<Settings, 'logLevel'>, name: string): Logger {
  return pino({ name, level: settings.logLevel }, pino.destination(2));
}

/** The verifier, the assertions and the keys of these settings: an OIDC issuer where one is set, the built-in one otherwise. */
export async function openTrust(
  settings: Pick<Settings, 'oidc' | 'identityFolder' | 'internalSecret'>,
): Promise<{ readonly verifier: Verifier; readonly assertions: Assertions | null; readonly keys: Keyring }> {
  const keys = openKeyring(settings.identityFolder);
  const trusted: TrustedIssuer =
    settings.oidc === null
      ? { kind: 'builtin', publicKey: (await openIssuer(settings.identityFolder)).publicKey }
      : { kind: 'oidc', ...settings.oidc };
  return {
    keys,
    verifier: createVerifier([trusted, { kind: 'purpose', publicKey: keys.publicKeyOf('purpose') }]),
    assertions: settings.internalSecret === null ? null : createAssertions(settings.internalSecret),
  };
}

function readPort(value: string | undefined, otherwise: number): number {
  if (value === undefined || value === '') return otherwise;
  const port = Number(value);
  if (BLOCKED_PORTS.has(port))
    throw new Error(
      `PORT ${port} 属于其他协议，浏览器不予连接，请换一个端口 · PORT: ${port} belongs to another protocol and no browser connects to it; choose another, for example ${otherwise}`,
    );
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(
    `PORT 应为 0 至 65535 的整数 · PORT: an integer from 0 to 65535 was expected, ${JSON.stringify(value)} came`,
  );
}

function readLogHeads(value: string | undefined, otherwise: string): string | null {
  if (value === undefined || value === '') return otherwise;
  if (value === 'off') return null;
  if (isAbsolute(value) || /^https?:\/\/[^@]+$/.test(value)) return value;
  throw new Error(
    `GNOMON_LOG_HEADS 应为文件夹的绝对路径、http(s) 地址或 off · GNOMON_LOG_HEADS: the absolute path of a folder, an http(s) address without a password, or off was expected, ${JSON.stringify(value)} came`,
  );
}

function readLogLevel(value: string | undefined): LogLevel {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
  const level = levels.find((candidate) => candidate === (value || 'info'));
  if (level !== undefined) return level;
  throw new Error(
    `LOG_LEVEL 应为 ${levels.join('、')} 之一 · LOG_LEVEL: one of ${levels.join(', ')} was expected, ${JSON.stringify(value)} came`,
  );
}
