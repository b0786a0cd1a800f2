import type { Database } from '@gnomon/store';
import { dayOf, formatDay, type Instant, parseDay, type WorkCalendar } from '@gnomon/working-time';
import type { Transaction } from '../subject-store.ts';
import type { RulesPort } from '../types.ts';
import type { Expected } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';
import { horizonOf } from './observe.ts';
import type { Sender } from './rhythm.ts';

/** An agency as far as the watch needs it. */
export interface WatchedAgency {
  readonly name: string;
  readonly division: string;
  /** ISO date of the last day on which it exists; `null` = open. */
  readonly to: string | null;
}

/** Days, in order, on which rows about an agency came by a source; of an empty agency, days on which rows about any did. */
export interface AgencyDays {
  readonly source: string;
  readonly agency: string;
  readonly days: readonly string[];
}

/** Limits of the record by which agencies are judged; what they are is our reading. */
export type AgencyLimits = Pick<Expected['limits'], 'agencyWindowDays' | 'agencyLeastDays' | 'agencySilentDays'>;

/** More silent agencies of one source than this are told as one. */
const MOST_TOLD = 30;

/** Who sends, whom they send about, and by what it is judged. */
export interface AgencyWorld {
  readonly domain: string;
  readonly senders: ReadonlyMap<string, Sender>;
  agencyOf(code: string): WatchedAgency | undefined;
  calendarFor(division: string): WorkCalendar;
  readonly limits: AgencyLimits;
}

/**
 * Agencies of which a source has told nearly every working day, and of which it tells nothing any more though it goes on sending. Only
 * working days on which the source sent count, so that a source that is silent as a whole is not told again for each agency, and today, which
 * is not over, does not. What an agency left out before, at most, it may leave out again; one that is heard of now and then is never missed.
 * Pure.
 */
export function checkAgencies(world: AgencyWorld, rows: readonly AgencyDays[], now: Instant): readonly Finding[] {
  const today = formatDay(dayOf(now));
  const sentOn = new Map(rows.filter(({ agency }) => agency === '').map(({ source, days }) => [source, days]));
  const silent = rows.flatMap((row) => {
    const sender = world.senders.get(row.source);
    if (row.agency === '' || sender === undefined || sender.exempt) return [];
    const known = world.agencyOf(row.agency);
    if (known?.to != null && known.to < today) return [];
    const calendar = world.calendarFor(sender.division);
    const sourceDays = [...new Set([...(sentOn.get(row.source) ?? []), ...row.days])]
      .filter((day) => day < today && calendar.isWorkday(parseDay(day)))
      .sort();
    const missed = missedDays(row.days, sourceDays, world.limits);
    return missed === null ? [] : [{ row, sender, known, missed }];
  });
  return [...Map.groupBy(silent, ({ row }) => row.source)].flatMap(([, own]) =>
    own.length > MOST_TOLD ? [manySilent(world.domain, own)] : own.map((one) => silentAgency(world.domain, one)),
  );
}

/** How many days an agency was not heard of, when that is more than may be; `null` when it is not, or when nothing is expected. */
function missedDays(
  days: readonly string[],
  sourceDays: readonly string[],
  { agencyWindowDays, agencyLeastDays, agencySilentDays }: AgencyLimits,
): number | null {
  const last = days.at(-1);
  if (last === undefined) return null;
  const own = new Set(days);
  const before = sourceDays.filter((day) => day <= last).slice(-agencyWindowDays);
  if (before.length < agencyWindowDays || before.filter((day) => own.has(day)).length < agencyLeastDays) return null;
  let [gap, longest] = [0, 0];
  for (const day of before) {
    gap = own.has(day) ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  const missed = sourceDays.filter((day) => day > last).length;
  return missed >= agencySilentDays + longest ? missed : null;
}

interface SilentAgency {
  readonly row: AgencyDays;
  readonly sender: Sender;
  readonly known: WatchedAgency | undefined;
  readonly missed: number;
}

function silentAgency(domain: string, { row, sender, known, missed }: SilentAgency): Finding {
  const name = known?.name ?? row.agency;
  return finding('AGENCY_SILENT', `${domain} ${row.source} ${row.agency}`, {
    since: Date.parse(`${row.days.at(-1)}T00:00:00+08:00`),
    source: { id: row.source, division: known?.division ?? sender.division, agency: row.agency },
    what: both(
      `${name}一向每日有 ${domain} 数据，数源 ${row.source} 仍在推送，但已 ${missed} 个工作日没有该机构的数据`,
      `${domain} rows about ${name} came nearly every day; for ${missed} working days there have been none, though the source ${row.source} goes on sending`,
    ),
    ...SAID,
  });
}

function manySilent(domain: string, own: readonly SilentAgency[]): Finding {
  const { row, sender } = own[0]!;
  return finding('AGENCY_SILENT', `${domain} ${row.source} *`, {
    source: sender,
    what: both(
      `数源 ${row.source} 仍在推送 ${domain} 数据，但一向每日有数据的 ${own.length} 个机构已连续多个工作日没有数据`,
      `the source ${row.source} goes on sending ${domain} rows, but for working days there have been none about ${own.length} agencies of which rows came nearly every day`,
    ),
    ...SAID,
  });
}

const SAID = {
  expected: both(
    '一向每日有数据的机构，每个工作日都有数据',
    'rows on every working day about an agency that had them so far',
  ),
  remedy: both(
    '请向该机构和数源核实：是无件可办，还是系统切换、漏推；机构撤并的，请更新机构目录',
    'ask the agency and the source whether there is nothing to tell, or a system was changed or rows are left out; if the agency is no more, publish that',
  ),
};

/** What is to be said of the agencies of which rows came to the domain. */
export async function followAgencies(
  { database, rules }: { readonly database: Database; readonly rules: RulesPort },
  world: Omit<AgencyWorld, 'senders' | 'calendarFor'> & { readonly senders: Iterable<Sender> },
  now: Instant,
): Promise<readonly Finding[]> {
  const senders = new Map([...world.senders].map((sender) => [sender.id, sender]));
  if (senders.size === 0) return [];
  const { rows, horizon } = await database.transaction(async (tx) => ({
    rows: await candidates(tx, world.domain, world.limits, now),
    horizon: await horizonOf(tx, now),
  }));
  const { calendarFor } = rules.current();
  return horizon === -Infinity ? [] : checkAgencies({ ...world, senders, calendarFor }, rows, horizon);
}

/** Days of the sources, and of agencies that were heard of often enough and not of late: few, whatever the number of agencies. */
async function candidates(
  tx: Transaction,
  domain: string,
  { agencyLeastDays, agencySilentDays }: AgencyLimits,
  now: Instant,
): Promise<readonly AgencyDays[]> {
  const before = formatDay(dayOf(now) - agencySilentDays);
  return tx<AgencyDays[]>`/* silentAgencies */
    select source, agency, days::text[] as days from hub.watch_agency
    where domain = ${domain}
      and (agency = '' or (cardinality(days) >= ${agencyLeastDays} and days[cardinality(days)] < ${before}::text::date))
    order by source, agency`;
}
