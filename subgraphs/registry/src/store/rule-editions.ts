import type { Pack, PublishedExemption, PublishedOverlay, PublishedRule } from '@gnomon/rule-engine';
import type { Database } from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';

/** The published form of each kind of rule text. */
export interface EditionBodies {
  readonly RULE: PublishedRule;
  readonly OVERLAY: PublishedOverlay;
  readonly EXEMPTION: PublishedExemption;
}
export type EditionKind = keyof EditionBodies;

/** One edition as this hub put it in force. */
export interface EditionRow<K extends EditionKind> {
  readonly id: string;
  readonly ordinal: number;
  readonly hash: string;
  readonly body: EditionBodies[K];
  readonly in_force_at: Instant;
  readonly replaced_at: Instant | null;
}

interface Present {
  readonly kind: EditionKind;
  readonly id: string;
  readonly hash: string;
  readonly body: unknown;
}

/** Records which texts the pack puts in force from `at` on, and ends those it no longer holds. A pack seen before changes nothing. */
export async function recordPack(database: Database, pack: Pack, at: Instant): Promise<void> {
  const present: Present[] = [
    ...[...pack.rules.values()].map((body) => ({ kind: 'RULE' as const, id: body.id, hash: body.hash, body })),
    // Overlays and exemptions have no hash of their own in the pack; their text names them.
    ...pack.overlays.map((body) => ({ kind: 'OVERLAY' as const, id: body.id, hash: body.source, body })),
    ...pack.exemptions.map((body) => ({ kind: 'EXEMPTION' as const, id: body.id, hash: body.source, body })),
  ];
  const json = JSON.stringify(present);
  const instant = new Date(at).toISOString();
  await database.transaction(async (tx) => {
    // Several processes may load the same pack at once; one records it.
    await tx`lock table rule_edition in share row exclusive mode`;
    await tx`
      /* recordPack: end */
      update rule_edition e set replaced_at = greatest(${instant}::timestamptz, e.in_force_at)
      where e.replaced_at is null and not exists (
        select 1 from json_to_recordset(${json}::text::json) as p(kind text, id text, hash text)
        where p.kind = e.kind and p.id = e.id and p.hash = e.hash)`;
    await tx`
      /* recordPack: begin */
      insert into rule_edition (kind, id, ordinal, hash, body, in_force_at)
      select p.kind, p.id, coalesce((select max(ordinal) from rule_edition o where o.kind = p.kind and o.id = p.id), 0) + 1, p.hash, p.body, ${instant}::timestamptz
      from json_to_recordset(${json}::text::json) as p(kind text, id text, hash text, body jsonb)
      where not exists (select 1 from rule_edition e where e.kind = p.kind and e.id = p.id and e.replaced_at is null)`;
  });
}

/** All editions of these rules, newest first. */
export async function editionsOfRules(
  database: Database,
  ids: readonly string[],
): Promise<readonly EditionRow<'RULE'>[]> {
  return database.sql<EditionRow<'RULE'>[]>`
    /* editionsOfRules */
    select id, ordinal, hash, body, in_force_at, replaced_at from rule_edition
    where kind = 'RULE' and id = any (${[...ids]}::text[]) order by id, ordinal desc`;
}

/** The editions of one kind that were in force at an instant, by id. */
async function editionsAt<K extends EditionKind>(
  database: Database,
  kind: K,
  at: Instant,
): Promise<readonly EditionRow<K>[]> {
  const instant = new Date(at).toISOString();
  return database.sql<EditionRow<K>[]>`
    /* editionsAt */
    select id, ordinal, hash, body, in_force_at, replaced_at from rule_edition
    where kind = ${kind} and in_force_at <= ${instant}::timestamptz and (replaced_at is null or replaced_at > ${instant}::timestamptz)
    order by id`;
}

/** What this hub's record says of one instant. */
export interface RuleRecord {
  readonly rules: readonly PublishedRule[];
  readonly overlays: readonly PublishedOverlay[];
  readonly exemptions: readonly PublishedExemption[];
}

/** The rules, overlays and exemptions that were in force at an instant. */
export async function ruleRecordAt(database: Database, at: Instant): Promise<RuleRecord> {
  const [rules, overlays, exemptions] = await Promise.all([
    editionsAt(database, 'RULE', at),
    editionsAt(database, 'OVERLAY', at),
    editionsAt(database, 'EXEMPTION', at),
  ]);
  const bodies = <K extends EditionKind>(rows: readonly EditionRow<K>[]) => rows.map(({ body }) => body);
  return { rules: bodies(rules), overlays: bodies(overlays), exemptions: bodies(exemptions) };
}

/** Since when this hub records its rules, or `null` when it never did. */
export async function firstRecordAt(database: Database): Promise<Instant | null> {
  const [row] = await database.sql<
    { at: Instant | null }[]
  >`/* firstRecordAt */ select min(in_force_at) as at from rule_edition`;
  return row?.at ?? null;
}
