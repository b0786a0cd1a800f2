import { plantAggregates } from './aggregates.ts';
import { makeApplicants } from './applicants.ts';
import { type Arrival, arrange, type Disorder } from './arrivals.ts';
import { type Applicant, CaseWriter, type Finding, type TimedRow } from './case.ts';
import type { CastAgency, CastItem, CastSource, ProvinceCast } from './cast.ts';
import { dayWeight, instantCase, lastPromiseDay, promiseCase } from './load.ts';
import { at, dateText, dayFromText, instantText, type NaiveCalendar } from './naive-calendar.ts';
import { DEPARTMENTS, DIVISIONS, ITEM_TEMPLATES, type ItemTemplate, templateOf } from './names.ts';
import { createRandom, type Random } from './random.ts';
import { SCENARIOS, type Stage } from './scenarios.ts';
import { plantSources } from './sources.ts';

export interface MonthOptions {
  readonly seed: number;
  readonly cast: ProvinceCast;
  readonly calendar: NaiveCalendar;
  /** First and last day of a calendar month, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Clean and planted work items together, the sources' and agencies' own plants apart. */
  readonly items: number;
  /** Share of the items that violate a rule. */
  readonly defectRate: number;
  readonly disorder: Disorder;
  /** Names of the scenarios to plant; all when left out. */
  readonly scenarios?: readonly string[];
  /** Also plant what shows only over a source's day or an agency's month. */
  readonly aggregates?: boolean;
}

/** A simulated month: who takes part, what arrives when, and what must be found by `readAt`. */
export interface ProvinceMonth {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly sources: readonly CastSource[];
  readonly arrivals: readonly Arrival[];
  readonly truth: readonly Finding[];
  /** The instant at which everything is read: 09:00 of the first working day after the month. */
  readonly readAt: number;
}

/** Scenarios whose repetition at one agency would be a finding of its own: at most so many for each agency. */
const MOST_PER_AGENCY: Readonly<Record<string, number>> = {
  'WI-22': 1,
  'DP-14': 2,
  'WI-24': 4,
  'WI-08': 2,
  'WI-11': 1,
};

/** A month before its rows are given instants of arrival. */
export interface MonthParts extends Pick<ProvinceMonth, 'agencies' | 'items' | 'sources' | 'truth'> {
  readonly rows: readonly TimedRow[];
  readonly fixed: readonly Arrival[];
  readonly silentFrom: ReadonlyMap<string, number>;
  readonly declareMore: ReadonlyMap<string, number>;
  readonly days: readonly number[];
}

/** The month of the options; equal options give equal bytes. */
export function provinceMonth(options: MonthOptions): ProvinceMonth {
  const readAt = monthReadAt(options);
  const { agencies, items, sources, truth, ...parts } = monthParts(options, readAt);
  const arrivals = arrange({
    ...parts,
    sources,
    calendar: options.calendar,
    readAt,
    random: createRandom(options.seed).fork('month').fork('arrivals'),
    disorder: options.disorder,
  });
  return { agencies, items, sources, arrivals, truth, readAt };
}

/** 09:00 of the first working day after the month. */
export function monthReadAt({ calendar, to }: Pick<MonthOptions, 'calendar' | 'to'>): number {
  return at(calendar.workdayAfter(dayFromText(to), 1), 540);
}

/** Who takes part in a month, what is pushed, and the truth that stands at `readAt`. */
export function monthParts(options: MonthOptions, readAt: number): MonthParts {
  const random = createRandom(options.seed).fork('month');
  const first = dayFromText(options.from);
  const last = dayFromText(options.to);
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const { calendar, cast } = options;
  const workdays = days.filter(calendar.isWorkday);
  const applicants = makeApplicants(random.fork('applicants'));
  const desk = createDesk(cast, calendar, applicants);
  const planted = plantCases(options, { calendar, workdays, readAt, desk });
  const clean = cleanCases(options, random, workdays, desk, options.items - planted.length);
  const month = options.from.slice(0, 7);
  const isWhole = options.aggregates !== false;
  const extra = isWhole
    ? plantAggregates({ random: random.fork('aggregates'), workdays, calendar, applicants, month })
    : null;
  const own = isWhole
    ? plantSources({ random: random.fork('sources'), workdays, days, calendar, applicants, readAt })
    : null;
  const cases = [...planted, ...clean];
  // Registered just before, so that nobody has waited for them.
  const registeredAt = instantText(at(first - 7, 540));
  return {
    agencies: [...cast.supervisors, ...cast.agencies, ...(extra?.agencies ?? []), ...(own?.agencies ?? [])],
    items: [...cast.items, ...(extra?.items ?? []), ...(own?.items ?? [])],
    sources: [...cast.sources.map((source) => ({ ...source, registeredAt })), ...(own?.sources ?? [])],
    rows: [...cases, ...(extra?.cases ?? []), ...(own?.cases ?? [])].flatMap((kase) => kase.rows),
    truth: [...cases.flatMap((kase) => kase.truth), ...(extra?.truth ?? []), ...(own?.truth ?? [])],
    fixed: own?.arrivals ?? [],
    silentFrom: own?.silentFrom ?? new Map(),
    declareMore: own?.declareMore ?? new Map(),
    days,
  };
}

/** Opens cases: numbers them and chooses agency, item and applicant. */
interface Desk {
  open(agency: CastAgency, template: ItemTemplate, day: number): CaseWriter;
  readonly agencies: readonly CastAgency[];
}

function createDesk(cast: ProvinceCast, calendar: NaiveCalendar, applicants: { next(): Applicant }): Desk {
  let count = 0;
  return {
    agencies: cast.agencies,
    open(agency, template, day) {
      count += 1;
      const no = `${agency.division.padEnd(6, '0')}${dateText(day).replaceAll('-', '')}${String(count).padStart(6, '0')}`;
      const source = DEPARTMENTS.find((department) => department.id === agency.department)?.source ?? '115';
      return new CaseWriter({ no, source, agency, template, applicant: applicants.next(), calendar, day });
    },
  };
}

function plantCases(
  options: MonthOptions,
  world: { calendar: NaiveCalendar; workdays: readonly number[]; readAt: number; desk: Desk },
): CaseWriter[] {
  const names = options.scenarios ?? Object.keys(SCENARIOS);
  const each = Math.max(1, Math.floor((options.items * options.defectRate) / Math.max(1, names.length)));
  const turns = new Map<string, number>();
  // Everything planted comes through the integrated platform: its days are large enough that no case weighs in a rate.
  const agencies = world.desk.agencies.filter(
    (agency) => DEPARTMENTS.find((department) => department.id === agency.department)?.source === '115',
  );
  return names.flatMap((name) => {
    const scenario = SCENARIOS[name];
    if (scenario === undefined)
      throw new RangeError(`scenario ${name} is not known; known are ${Object.keys(SCENARIOS).join(', ')}`);
    const indicator = name.slice(0, 5);
    return Array.from({ length: each }, (_, index) => index).flatMap((index) => {
      const turn = turns.get(indicator) ?? 0;
      if (turn >= agencies.length * (MOST_PER_AGENCY[indicator] ?? Number.POSITIVE_INFINITY)) return [];
      turns.set(indicator, turn + 1);
      const stage: Stage = {
        calendar: world.calendar,
        workdays: world.workdays,
        readAt: world.readAt,
        open: (day, item) => world.desk.open(agencies[turn % agencies.length] as CastAgency, templateOf(item), day),
      };
      return [scenario(stage, index)];
    });
  });
}

function cleanCases(
  options: MonthOptions,
  random: Random,
  workdays: readonly number[],
  desk: Desk,
  count: number,
): CaseWriter[] {
  const dayChoices = workdays.map((day) => [day, dayWeight(options.calendar, day)] as const);
  const agencyChoices = desk.agencies.map(
    (agency) => [agency, DIVISIONS.find((division) => division.code === agency.division)?.weight ?? 1] as const,
  );
  const templateChoices = ITEM_TEMPLATES.map((template) => [template, template.weight] as const);
  const joint = new Map<string, number>();
  const cases: CaseWriter[] = [];
  while (cases.length < count) {
    const agency = random.weighted(agencyChoices);
    const template = random.weighted(templateChoices);
    const day = random.weighted(dayChoices);
    if (template.kind === 'INSTANT') {
      cases.push(instantCase(desk.open(agency, template, day), random, day));
      continue;
    }
    // Special procedures belong to joint reviews, and those stay below thirty an agency: no share is formed of them.
    const special = template.joint && random.chance(0.5);
    const soFar = joint.get(agency.uscc) ?? 0;
    if (template.joint && soFar >= 20) continue;
    if (day > lastPromiseDay(options.calendar, workdays, special)) continue;
    if (template.joint) joint.set(agency.uscc, soFar + 1);
    cases.push(
      promiseCase(desk.open(agency, template, day), random, options.calendar, day, {
        supplement: random.chance(0.06),
        special,
      }),
    );
  }
  return cases;
}
