import type { ReferenceSource } from '@gnomon/reference';
import type { Sender } from '@gnomon/subgraph-kit';
import type { ReferenceCopy } from './reference-copy.ts';

/** What an own platform owes within two working hours; any other system by 24:00 of the next working day (DP-01). */
const OWN_PLATFORM = { unit: 'WORK_HOUR', amount: 2 } as const;
const OTHER_SYSTEM = { unit: 'WORKDAY', amount: 2 } as const;

/** The registered sources as the watch sees them: who they are, and how soon they owe their rows. */
export function sendersOf(reference: ReferenceCopy, now: number): readonly Sender[] {
  return [...reference.sources()].map((source) => ({
    id: source.id,
    division: source.division,
    agency: source.agency,
    owes: source.ownPlatform ? OWN_PLATFORM : OTHER_SYSTEM,
    exempt: isExempt(source, now),
  }));
}

function isExempt({ exempt }: ReferenceSource, now: number): boolean {
  if (exempt === null) return false;
  const startOf = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00:00+08:00`);
  return startOf(exempt.from) <= now && (exempt.to === null || now < startOf(exempt.to) + 86_400_000);
}
