import type { Logger } from 'pino';
import type { Sql, TransactionSql } from 'postgres';
import { createClient } from './connect.ts';
import { guardNesting } from './nesting.ts';
import { checkSchema, ownerRole, readerRole } from './role-names.ts';
import type { Database, RowScope } from './types.ts';
import { writeArray } from './wire-types.ts';

const IDLE_IN_TRANSACTION_LIMIT_MS = 120_000;
const CLOSE_LIMIT_S = 5;

/** What `openDatabase` needs. */
export interface DatabaseOptions {
  readonly url: string;
  /** The subgraph's schema, for example `work_items`; made by `provisionSchemas`. */
  readonly schema: string;
  readonly applicationName: string;
  /** Connections of the raw client; 8 when not given. */
  readonly max?: number;
  readonly log: Logger;
  /** Hears the text of each statement as it is sent: for tests that count them. */
  readonly onStatement?: (text: string) => void;
}

/**
 * Opens the pools of one subgraph. Every session works as the schema's owner role, whoever the address signs in as.
 * @throws {Error} when the schema was not provisioned or the server cannot be reached.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, schema, applicationName, log } = options;
  const settings = {
    role: ownerRole(checkSchema(schema)),
    search_path: schema === 'hub' ? 'hub' : `${schema}, hub`,
    // A batch of rows with documents is sorted and staged in memory and not in files. A session keeps its temporary buffers until it
    // ends: 32 MB in each of forty sessions were most of the server's memory.
    work_mem: '32MB',
    temp_buffers: '8MB',
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_LIMIT_MS),
  };
  const heard = options.onStatement === undefined ? {} : { onStatement: options.onStatement };
  const client = (suffix: string, max: number) =>
    createClient({ url, applicationName: `${applicationName}${suffix}`, max, settings, log, ...heard });
  const max = options.max ?? 8;
  const sql = client('', max);
  await assertReachable(sql, schema);
  const nesting = guardNesting(schema, sql);
  let forDrizzle: Sql | undefined;
  let forListening: Sql | undefined;
  return {
    schema,
    sql: nesting.sql,
    log,
    get forDrizzle() {
      return (forDrizzle ??= client(' drizzle', max));
    },
    async transaction(work) {
      nesting.check('a transaction');
      return (await sql.begin((tx) => nesting.hold(() => work(tx)))) as Awaited<ReturnType<typeof work>>;
    },
    async asViewer(scope, work) {
      nesting.check('a viewer’s transaction');
      return readAsViewer(sql, schema, scope, (tx) => nesting.hold(() => work(tx)));
    },
    async listen(channel, onWake) {
      forListening ??= client(' listen', 1);
      await forListening.listen(
        channel,
        (payload) => onWake(payload),
        () => onWake(null),
      );
    },
    async close() {
      await Promise.all([sql, forDrizzle, forListening].map((open) => open?.end({ timeout: CLOSE_LIMIT_S })));
    },
  };
}

async function assertReachable(sql: Sql, schema: string): Promise<void> {
  try {
    const [found] = await sql`select to_regnamespace(${schema}) is not null as provisioned`;
    if (found?.provisioned === true) return;
  } catch (error) {
    await sql.end({ timeout: 0 });
    // 22023, 42704: the role of the schema does not exist.
    if (!['22023', '42704'].includes((error as { code?: string }).code ?? '')) throw error;
  }
  await sql.end({ timeout: 0 });
  throw new Error(
    `schema ${schema}: expected it in the database, found neither it nor its role; run provisionSchemas(url, ['${schema}']) first.`,
  );
}

async function readAsViewer<T>(
  sql: Sql,
  schema: string,
  scope: RowScope,
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  const patterns = scope.divisions.map(divisionPattern);
  const role = readerRole(schema);
  const read = async (tx: TransactionSql): Promise<T> => {
    await tx`select set_config('role', ${role}, true), set_config('gnomon.all', ${scope.all ? 'on' : 'off'}, true),
      set_config('gnomon.divisions', ${writeArray(patterns)}, true), set_config('gnomon.agencies', ${writeArray(scope.agencies)}, true),
      set_config('gnomon.sources', ${writeArray(scope.sources)}, true)`;
    return work(tx);
  };
  try {
    return (await sql.begin('read only', read)) as T;
  } catch (error) {
    throw explainDenial(error, role);
  }
}

/** The pattern of a subtree: `1501` → `1501%`. */
function divisionPattern(code: string): string {
  if (/^\d{2,12}$/.test(code)) return `${code}%`;
  throw new Error(`viewer's division ${JSON.stringify(code)}: expected 2 to 12 digits, for example 1501.`);
}

function explainDenial(error: unknown, role: string): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== '42501') return error;
  return new Error(
    `${message}: the role ${role} may read only what a migration opened to viewers; call hub.protect('table', division, agency, source) ` +
      "for rows that belong to somebody, or hub.publish('table') for rows that everybody may read.",
    { cause: error },
  );
}
