import { readFileSync } from 'node:fs';

const [SHARED, REHEARSAL] = ['../schema.graphql', '../rehearsal.graphql'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
) as [string, string];
const INCLUDE = /^# include packages\/records\/(?:schema|rehearsal)\.graphql, record = ([a-z]\w*)$/m;

/** The prefix of a domain's root fields, from the first line of its schema.graphql. @throws {Error} when the line is missing. */
export function prefixOf(typeDefs: string): string {
  const prefix = INCLUDE.exec(typeDefs)?.[1];
  if (prefix !== undefined) return prefix;
  throw new Error(
    'schema.graphql: expected a first line like `# include packages/records/schema.graphql, record = licence`, found none; add it.',
  );
}

/** The whole schema of a domain of records: what all of them have, under the domain's prefix, and its own. */
export function recordTypeDefs(typeDefs: string): string {
  return `${withPrefix(`${REHEARSAL}\n${SHARED}`, prefixOf(typeDefs))}\n${typeDefs}`;
}

/** The schema of a domain that is none of records and rehearses rule texts all the same. */
export function rehearsalTypeDefs(typeDefs: string): string {
  return `${withPrefix(REHEARSAL, prefixOf(typeDefs))}\n${typeDefs}`;
}

/** Names of root fields under a prefix: `recordSignals` → `licenceSignals`, `pushRecordRows` → `pushLicenceRows`. */
export function withPrefix(text: string, prefix: string): string {
  const Prefix = `${prefix.charAt(0).toUpperCase()}${prefix.slice(1)}`;
  return text
    .replace(/\brecord([A-Z]\w*(?=[(:]))/g, `${prefix}$1`)
    .replace(/\b(push|correct|explain|close)Record([A-Z]\w*(?=[(:]))/g, `$1${Prefix}$2`);
}
