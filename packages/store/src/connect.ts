import type { Logger } from 'pino';
import postgres, { type Options, type Sql } from 'postgres';
import { WIRE_TYPES } from './wire-types.ts';

const CONNECT_LIMIT_S = 15;
/** The driver's own backoff grows to 20 s, which is how long everything would stand still after a restart of two seconds. */
const MAX_BACKOFF_S = 0.5;
/**
 * A session grows with what it did (5 MB after an import, 2 MB when new) and never shrinks: in a pool it is replaced after two to three
 * minutes, not all at the same time. Opening one takes 5 ms.
 */
const POOL_LIFETIME_S = 120;

/** What differs between the clients of this package. */
export interface ClientOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly max: number;
  /** Session settings: role, search_path, timeouts. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: Logger;
  /** Hears the text of each statement as it is sent: for tests that count them. */
  readonly onStatement?: (text: string) => void;
}

/**
 * A client of the driver as this project uses it: no type queries at connect, UTC, our value types, notices to the log.
 * Never call `reserve()` on it: a reserved connection that breaks is not given back.
 */
export function createClient({ url, applicationName, max, settings, log, onStatement }: ClientOptions): Sql {
  const connection = { application_name: applicationName, TimeZone: 'UTC', DateStyle: 'ISO', ...settings };
  const onnotice = (notice: object) => log?.debug({ notice }, 'PostgreSQL notice');
  const backoff = (retries: number) => Math.min(0.01 * 2 ** retries, MAX_BACKOFF_S);
  const options = {
    max,
    fetch_types: false,
    connect_timeout: CONNECT_LIMIT_S,
    // One session alone may hold what belongs to it: temporary tables, locks.
    max_lifetime: max > 1 ? POOL_LIFETIME_S * (1 + Math.random() / 2) : null,
    backoff,
    onnotice,
    types: WIRE_TYPES,
    connection,
    ...(onStatement === undefined ? {} : { debug: (_connection: number, text: string) => onStatement(text) }),
  };
  // The driver's types do not know that a parser may be given for every type of SQL; the values are checked by our tests.
  return postgres(url, options as unknown as Options<Record<string, never>>) as unknown as Sql;
}
