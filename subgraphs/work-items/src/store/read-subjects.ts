import type { Facts } from '@gnomon/rule-engine';
import type { Standing, Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';

/** A judged aggregate as readers see it. */
export interface SubjectRecord {
  readonly kind: string;
  readonly id: string;
  readonly agency: string;
  readonly source: string | null;
  readonly facts: Facts;
  readonly standing: Standing;
}

/** Keys are `<kind> <id>`. */
export async function subjectsById(tx: Transaction, keys: readonly string[]): Promise<readonly SubjectRecord[]> {
  const parts = keys.map((key) => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)] as const);
  return tx<SubjectRecord[]>`/* subjectsById */
    select s.kind, s.id, s.agency, s.source, s.facts, s.standing
    from unnest(${parts.map(([, id]) => laneOf(id))}::int[], ${parts.map(([kind]) => kind)}::text[], ${parts.map(([, id]) => id)}::text[])
      as k(lane, kind, id)
    join subject s on s.lane = k.lane::smallint and s.kind = k.kind collate "C" and s.id = k.id collate "C"`;
}
