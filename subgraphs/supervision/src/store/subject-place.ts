import type { TransactionSql } from 'postgres';

/** Where a subject belongs, as its domain last told it. */
export interface SubjectPlace {
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
}

/** The place of a subject of which a finding was told; `null` for one that supervision never heard of. */
export async function subjectPlace(
  tx: TransactionSql,
  { lane, subjectKind, subject }: { readonly lane: number; readonly subjectKind: string; readonly subject: string },
): Promise<SubjectPlace | null> {
  const [found] = await tx<SubjectPlace[]>`
    /* subjectPlace */ select f.agency, f.division, s.item, f.source
    from finding f left join signal s on s.lane = f.lane and s.id = f.signal
    where f.lane = ${lane} and f.subject_kind = ${subjectKind} and f.subject = ${subject}
    order by f.known_at desc, f.rule, f.occurrence limit 1`;
  return found ?? null;
}
