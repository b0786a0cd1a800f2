import type { Bilingual } from '@gnomon/rule-engine';
import type { TransactionSql } from 'postgres';
import { laneOf } from '../../lane.ts';
import type { FeedKind } from '../../words.ts';
import type { Owner, Recipient, TemplateText } from '../words.ts';

/** An agency as notices need it. */
export interface KnownAgency {
  readonly uscc: string;
  readonly division: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Department line, for example `natural-resources`; empty when not known. */
  readonly department: string;
}

/** A template that somebody set. */
export interface SetTemplate extends TemplateText {
  readonly owner: string;
  readonly kind: FeedKind;
}

type Reads = Pick<TransactionSql, 'unsafe'> & TransactionSql;

/** The lists of these owners, in the order in which they were set. */
export async function recipientsOf(tx: Reads, owners: readonly string[]): Promise<readonly Recipient[]> {
  return tx<Recipient[]>`/* recipientsOf */
    select r.lane, r.id, r.owner, r.agency, r.division, r.place, r.post, r.channel, r.address, r.language
    from notice_recipient r
    where (r.lane, r.owner) in (select k.lane::smallint, k.owner collate "C"
      from unnest(${owners.map(laneOf)}::int[], ${owners as string[]}::text[]) as k(lane, owner))
    order by r.owner, r.place, r.id`;
}

/** Puts a list in the place of the owner's former one. Whoever stays on it keeps the identifier. */
export async function replaceRecipients(
  tx: TransactionSql,
  owner: string,
  list: readonly Recipient[],
  by: string,
  at: number,
): Promise<void> {
  const lane = laneOf(owner);
  await tx`/* dropRecipients */ delete from notice_recipient
    where lane = ${lane} and owner = ${owner} and id <> all (${list.map(({ id }) => id)}::text[])`;
  await tx`/* keepRecipients */
    insert into notice_recipient (lane, id, owner, agency, division, place, post, channel, address, language, set_at, set_by)
    select l.lane, l.id, l.owner, l.agency, l.division, l.place, l.post, l.channel, l.address, l.language, ${at}::timestamptz, ${by}
    from jsonb_to_recordset(${JSON.stringify(list)}::text::jsonb) as l (lane smallint, id text, owner text, agency text, division text,
      place smallint, post text, channel text, address text, language text)
    on conflict (lane, id) do update set place = excluded.place, language = excluded.language, division = excluded.division,
      set_at = excluded.set_at, set_by = excluded.set_by`;
}

/** Templates of these owners. */
export async function templatesOf(tx: Reads, owners: readonly string[]): Promise<readonly SetTemplate[]> {
  return tx<SetTemplate[]>`/* templatesOf */
    select t.owner, t.kind, t.subject, t.body from notice_template t
    where (t.lane, t.owner) in (select k.lane::smallint, k.owner collate "C"
      from unnest(${owners.map(laneOf)}::int[], ${owners as string[]}::text[]) as k(lane, owner))
    order by t.owner, t.kind`;
}

/** Sets a template; `null` takes it away, so that the hub's own stands. */
export async function keepTemplate(
  tx: TransactionSql,
  { owner, agency, division }: Owner,
  kind: FeedKind,
  text: { readonly subject: Bilingual; readonly body: Bilingual } | null,
  by: string,
  at: number,
): Promise<void> {
  const lane = laneOf(owner);
  if (text === null) {
    await tx`/* dropTemplate */ delete from notice_template where lane = ${lane} and owner = ${owner} and kind = ${kind}`;
    return;
  }
  const subject = JSON.stringify(text.subject);
  const body = JSON.stringify(text.body);
  await tx`/* keepTemplate */
    insert into notice_template (lane, owner, agency, division, kind, subject, body, set_at, set_by)
    values (${lane}, ${owner}, ${agency}, ${division}, ${kind}, ${subject}::text::jsonb, ${body}::text::jsonb, ${at}::timestamptz, ${by})
    on conflict (lane, owner, kind) do update set subject = excluded.subject, body = excluded.body, division = excluded.division,
      set_at = excluded.set_at, set_by = excluded.set_by`;
}

/** Agencies by credit code, as far as the registry has published them. */
export async function knownAgencies(tx: Reads, usccs: readonly string[]): Promise<ReadonlyMap<string, KnownAgency>> {
  const rows = await tx<KnownAgency[]>`/* knownAgencies */
    select uscc, division, name, name_en as "nameEn", department from notice_agency where uscc = any (${usccs as string[]}::text[])`;
  return new Map(rows.map((row) => [row.uscc, row]));
}

/** Keeps what the registry says of agencies; lists and templates move with their agency. */
export async function keepAgencies(tx: TransactionSql, agencies: readonly KnownAgency[]): Promise<void> {
  const json = JSON.stringify(agencies);
  await tx`/* keepAgencies */
    insert into notice_agency (uscc, division, name, name_en, department)
    select a.uscc, a.division, a.name, a."nameEn", coalesce(a.department, '')
    from jsonb_to_recordset(${json}::text::jsonb) as a (uscc text, division text, name text, "nameEn" text, department text) order by a.uscc
    on conflict (uscc) do update set division = excluded.division, name = excluded.name, name_en = excluded.name_en,
      department = excluded.department`;
  for (const table of ['notice_recipient', 'notice_template'])
    await tx`/* moveLists */ update ${tx(table)} l set division = a.division from notice_agency a
      where a.uscc = any (${agencies.map(({ uscc }) => uscc)}::text[]) and l.agency = a.uscc and l.division <> a.division`;
}
