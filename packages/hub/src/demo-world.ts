import { type Account, demoAccounts, type Viewer } from '@gnomon/identity';
import { naiveCalendar, type ProvinceCast, provinceCast, SCENES, sceneWorldOf } from '@gnomon/province';
import type { RulesPort } from '@gnomon/subgraph-kit';

/** The seed of everything invented in a demonstration: the same agencies, items and people on every machine. */
export const DEMO_SEED = 15;
const DEMO_AGENCIES = 60;

/** Who takes part in the demonstration. */
export function demoCast(): ProvinceCast {
  return provinceCast({ seed: DEMO_SEED, agencies: DEMO_AGENCIES });
}

/** The systems by which the domains beside work items push in the demonstration. */
const DOMAIN_SOURCES: Readonly<Record<string, string>> = {
  licences: '电子证照库',
  reviews: '政务服务“好差评”系统',
  bundles: '“高效办成一件事”系统',
  engineering: '工程建设项目审批管理系统',
  centres: '政务服务大厅运行系统',
  contradictions: '各业务系统联调',
};

/**
 * The named accounts of the demonstration. Besides those of the cast, each part of the season has its source (`source-115-licences` …)
 * and the accounts of its first agency (`agency-licences`, `partner-licences` …), so that a partner can ask each subgraph.
 */
export function demoWorldAccounts(cast: ProvinceCast = demoCast()): readonly Account[] {
  const parts = Object.keys(SCENES);
  const sources = parts.map((part) => ({ id: `115-${part}`, name: DOMAIN_SOURCES[part] ?? part }));
  const agencies = parts.map((part, index) => ({ ...sceneAgency(part, index), account: part }));
  return demoAccounts({ agencies: [...cast.agencies, ...agencies], sources: [...cast.sources, ...sources] });
}

/** The first agency of a part of the season; which one it is follows from the part's place alone. */
function sceneAgency(part: string, index: number): ProvinceCast['agencies'][number] {
  const months = ['2026-04', '2026-05', '2026-06'];
  return sceneWorldOf({ seed: DEMO_SEED, calendar: naiveCalendar([]), months, clean: 0 }, part, index).agency(0);
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
