import { type Account, demoAccounts, type Viewer } from '@gnomon/identity';
import { naiveCalendar, type ProvinceCast, provinceCast } from '@gnomon/province';
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

/** Viewers by the name of their demonstration account; they speak in this process only and need no token. */
export function demoViewers(): (account: string) => Viewer {
  const accounts = new Map(demoWorldAccounts().map((account) => [account.id, account]));
  return (name) => {
    const account = accounts.get(name);
    if (account === undefined) throw new RangeError(`account ${name} is not one of the demonstration`);
    return { ...account, expiresAt: Number.MAX_SAFE_INTEGER };
  };
}
