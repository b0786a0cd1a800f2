import { type Account, demoAccounts } from '@gnomon/identity';
import { type CastItem, type CastSource, naiveCalendar, type ProvinceCast, provinceCast } from '@gnomon/province';
import type { RulesPort } from '@gnomon/subgraph-kit';

/** The seed of everything invented in a demonstration: the same agencies, items and people on every machine. */
export const DEMO_SEED = 15;
const DEMO_AGENCIES = 60;

/** Who takes part in the demonstration. */
export function demoCast(): ProvinceCast {
  return provinceCast({ seed: DEMO_SEED, agencies: DEMO_AGENCIES });
}

/** The named accounts of the demonstration. */
export function demoWorldAccounts(cast: ProvinceCast = demoCast()): readonly Account[] {
  return demoAccounts(cast);
}

/** The oracle's calendar over the published notices. */
export function demoCalendar(rules: RulesPort): ReturnType<typeof naiveCalendar> {
  return naiveCalendar(rules.current().calendar.data.notices);
}

/** An item in the words of the registry's mutation. */
export function itemInput(item: CastItem): object {
  return {
    ...item,
    versions: item.versions.map(({ from, to, specialKinds, specialWorkdays, ...version }) => ({
      ...version,
      validFrom: from,
      validTo: to,
      specials: specialKinds.map((kind) => ({ kind, limitWorkdays: specialWorkdays[kind] ?? null })),
    })),
  };
}

/** A source in the words of the registry's mutation. */
export function sourceInput({ exempt, ...source }: CastSource): object {
  return {
    ...source,
    exemption: exempt === null ? null : { document: exempt.document, validFrom: exempt.from, validTo: exempt.to },
  };
}
