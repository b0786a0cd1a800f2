import { isDeepStrictEqual } from 'node:util';
import {
  basicItemCode,
  REFERENCE_STREAM,
  type ReferenceAgency,
  type ReferenceItem,
  type ReferencePayloads,
  type ReferencePlace,
  type ReferenceSource,
  type ReferenceType,
} from '@gnomon/reference';
import { appendToOutbox, type Database } from '@gnomon/store';
import type { PageRequest, Transaction } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';

/** What a list of published objects is narrowed by; `null` = by nothing. */
export interface ReferenceFilter {
  /** Division subtree. */
  readonly within: string | null;
  readonly agency: string | null;
  /** Department line of an agency, kind of a place, basic code of an item. */
  readonly class: string | null;
  readonly name: string | null;
  /** Exactly this division. */
  readonly division: string | null;
  /** Duties of an agency, any of them. */
  readonly duties: readonly string[] | null;
}

/** No narrowing. */
export const EVERYTHING: ReferenceFilter = {
  within: null,
  agency: null,
  class: null,
  name: null,
  division: null,
  duties: null,
};

/** Counts of a publication. */
export interface Published {
  readonly taken: number;
  readonly unchanged: number;
}

/** The published objects of one type with these keys. */
export async function referencesByKey<T extends ReferenceType>(
  database: Database,
  type: T,
  keys: readonly string[],
): Promise<readonly ReferencePayloads[T][]> {
  const rows = await database.sql<{ object: ReferencePayloads[T] }[]>`
    /* referencesByKey */
    select object from reference where type = ${type} and key = any (${[...keys]}::text[])`;
  return rows.map((row) => row.object);
}

/** A page of published objects of one type, by key. */
export async function referencePage<T extends ReferenceType>(
  database: Database,
  type: T,
  filter: ReferenceFilter,
  page: PageRequest<readonly [string]>,
): Promise<readonly ReferencePayloads[T][]> {
  const { sql } = database;
  const { within, agency, name, division, duties } = filter;
  const rows = await sql<{ object: ReferencePayloads[T] }[]>`
    /* referencePage */
    select object from reference
    where type = ${type} and key > ${page.after?.[0] ?? ''} collate "C"
      ${within === null ? sql`` : sql`and division >= ${within} collate "C" and division < ${`${within}:`} collate "C"`}
      ${division === null ? sql`` : sql`and division = ${division}`}
      ${agency === null ? sql`` : sql`and agency = ${agency}`}
      ${filter.class === null ? sql`` : sql`and class = ${filter.class}`}
      ${name === null ? sql`` : sql`and strpos(name, ${name}) > 0`}
      ${duties === null ? sql`` : sql`and object ->> 'duty' = any (${[...duties]}::text[])`}
    order by key
    limit ${page.limit}`;
  return rows.map((row) => row.object);
}

/** The supervision bodies of these divisions, one each: the lowest credit code where two are published. */
export async function supervisorsOf(
  database: Database,
  divisions: readonly string[],
): Promise<readonly ReferenceAgency[]> {
  const rows = await database.sql<{ object: ReferenceAgency }[]>`
    /* supervisorsOf */
    select distinct on (division) object from reference
    where type = 'agency' and division = any (${[...divisions]}::text[]) and object ->> 'duty' in ('SUPERVISING', 'BOTH')
    order by division, key`;
  return rows.map((row) => row.object);
}

/** Sources of these agencies, by id. */
export async function sourcesOfAgencies(
  database: Database,
  agencies: readonly string[],
): Promise<readonly ReferenceSource[]> {
  const rows = await database.sql<{ object: ReferenceSource }[]>`
    /* sourcesOfAgencies */
    select object from reference where type = 'source' and agency = any (${[...agencies]}::text[]) order by key`;
  return rows.map((row) => row.object);
}

/** Publishes whole objects: rows, editions and feed entries in the caller's transaction. Objects published as they are count as unchanged. */
export async function publishObjects<T extends ReferenceType>(
  tx: Transaction,
  type: T,
  objects: readonly ReferencePayloads[T][],
  by: { readonly at: Instant; readonly viewer: string },
): Promise<Published> {
  // Through JSON once, so that what is compared is what is kept.
  const rows = new Map(
    objects.map((object) => [keyOfReference(type, object), JSON.parse(JSON.stringify(object)) as ReferencePayloads[T]]),
  );
  const keys = [...rows.keys()].sort();
  const known = await tx<{ key: string; object: ReferencePayloads[T]; revision: number }[]>`
    /* publishObjects: known */
    select key, object, revision from reference where type = ${type} and key = any (${keys}::text[]) order by key for no key update`;
  const before = new Map(known.map((row) => [row.key, row]));
  const changed = keys.flatMap((key) => {
    const object = rows.get(key)!;
    const old = before.get(key);
    if (old !== undefined && isDeepStrictEqual(old.object, object)) return [];
    return [
      {
        type,
        key,
        ...columnsOf(type, object),
        object,
        revision: (old?.revision ?? 0) + 1,
        published_at: new Date(by.at).toISOString(),
        published_by: by.viewer,
      },
    ];
  });
  if (changed.length > 0) {
    const json = JSON.stringify(changed);
    await tx`
      /* publishObjects: write */
      insert into reference (type, key, name, division, agency, class, object, revision, published_at, published_by)
      select type, key, name, division, agency, class, object, revision, published_at, published_by
      from json_to_recordset(${json}::text::json) as r(type text, key text, name text, division text, agency text, class text,
        object jsonb, revision integer, published_at timestamptz, published_by text)
      on conflict (type, key) do update set name = excluded.name, division = excluded.division, agency = excluded.agency,
        class = excluded.class, object = excluded.object, revision = excluded.revision, published_at = excluded.published_at,
        published_by = excluded.published_by`;
    await tx`
      /* publishObjects: edition */
      insert into reference_edition (type, key, revision, object, published_at, published_by)
      select type, key, revision, object, published_at, published_by
      from json_to_recordset(${json}::text::json) as r(type text, key text, revision integer, object jsonb, published_at timestamptz, published_by text)`;
    await appendToOutbox(
      tx,
      changed.map(({ key, object }) => ({ stream: REFERENCE_STREAM, type, key, at: by.at, payload: object })),
    );
  }
  return { taken: changed.length, unchanged: keys.length - changed.length };
}

/** The key under which an object is published. */
export function keyOfReference<T extends ReferenceType>(type: T, object: ReferencePayloads[T]): string {
  if (type === 'agency') return (object as ReferenceAgency).uscc;
  return type === 'service-item' ? (object as ReferenceItem).code : (object as ReferencePlace | ReferenceSource).id;
}

function columnsOf(type: ReferenceType, object: ReferencePayloads[ReferenceType]) {
  const division = 'division' in object ? object.division : null;
  if (type === 'agency') {
    const { name, uscc, department } = object as ReferenceAgency;
    return { name, division, agency: uscc, class: department };
  }
  if (type === 'place') {
    const { name, agency, kind } = object as ReferencePlace;
    return { name, division, agency, class: kind };
  }
  if (type === 'source') {
    const { name, agency } = object as ReferenceSource;
    return { name, division, agency, class: '' };
  }
  const { name, agency, code } = object as ReferenceItem;
  return { name, division: null, agency, class: basicItemCode(code) };
}
