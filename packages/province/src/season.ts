import { makeApplicants } from './applicants.ts';
import { type Arrival, arrange, arrangeRows, type Disorder } from './arrivals.ts';
import type { PushedRow } from './case.ts';
import { type CastAgency, type CastItem, type CastSource, makeAgency, type ProvinceCast } from './cast.ts';
import { reviewsOf } from './domains/review-load.ts';
import { type MonthParts, monthParts, monthReadAt } from './month.ts';
import { at, dateText, dayFromText, dayOf, instantText, type NaiveCalendar } from './naive-calendar.ts';
import { DEPARTMENTS, DIVISIONS } from './names.ts';
import { createRandom, type Random } from './random.ts';
import { recountRates } from './recount.ts';
import type { Scene, SceneFinding, SceneWorld } from './scene.ts';

/** The domain whose rows carry control totals and the planted violations of DP and WI. */
const WORK_ITEMS = 'work-items';
/** The domain that everything finished is open to: nobody's work items stay without reviews (RV-10). */
const REVIEWS = 'reviews';
/** The domain that judges agencies by what they finish on time (SC-10). */
const CENTRES = 'centres';
/** Agencies of scenes carry organisation numbers of their own, so that their credit codes meet nobody else's. */
const FIRST_SCENE_AGENCY = 20_000;
const AGENCIES_A_SCENE = 500;

/** A row on its way to one domain. */
export interface DomainArrival extends Arrival {
  /** Name of the subgraph, for example `licences`. */
  readonly to: string;
}

export interface SeasonOptions {
  readonly seed: number;
  readonly cast: ProvinceCast;
  readonly calendar: NaiveCalendar;
  /** The months of the season, `YYYY-MM`, one after another; violations of work items and sources are planted in the last. */
  readonly months: readonly string[];
  /** Work items a month. */
  readonly items: number;
  /** Share of the last month's work items that violate a rule. */
  readonly defectRate: number;
  /** Clean records of each domain. */
  readonly clean: number;
  readonly disorder: Disorder;
  /** The domains' parts, by a name of their own. */
  readonly scenes: Readonly<Record<string, (world: SceneWorld) => Scene>>;
  /** Also plant what shows only over a source's day or an agency's month of work items. */
  readonly aggregates?: boolean;
}

/** Several months of all domains: who takes part, what arrives where and when, and what must be found by `readAt`. */
export interface ProvinceSeason {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly sources: readonly CastSource[];
  /** In order of arrival; at the same instant work items come first. */
  readonly arrivals: readonly DomainArrival[];
  readonly truth: readonly SceneFinding[];
  readonly readAt: number;
}

/** The season of the options; equal options give equal bytes. */
export function provinceSeason(options: SeasonOptions): ProvinceSeason {
  const random = createRandom(options.seed).fork('season');
  const spans = options.months.map(monthSpan);
  const last = spans.at(-1);
  if (last === undefined) throw new RangeError('months: at least one `YYYY-MM` was expected, none came');
  const readAt = monthReadAt({ calendar: options.calendar, to: dateText(last.to) });
  const months = spans.map((span) => monthOf(options, span, span === last, readAt));
  const days = months.flatMap((month) => month.days);
  const planted = Object.entries(options.scenes).map(
    ([name, plant], index) =>
      [name, plant(sceneWorld(options, { name, index, days, readAt, random: random.fork(name) }))] as const,
  );
  const scenes = planted.map(([, scene]) => scene);
  const settled = months.at(-1) as MonthParts;
  const registeredAt = instantText(at((days[0] as number) - 7, 540));
  const castIds = new Set(options.cast.sources.map((source) => source.id));
  const sources = [
    ...settled.sources.map((source) => (castIds.has(source.id) ? { ...source, registeredAt } : source)),
    ...distinct(
      scenes.flatMap((scene) => scene.sources.map((source) => ({ ...source, registeredAt }))),
      (source) => source.id,
    ),
  ];
  const common = { sources, calendar: options.calendar, days, readAt, disorder: options.disorder };
  const reviewed = [
    ...months.flatMap((month) => [...month.rows, ...month.fixed]),
    ...planted.flatMap(([name, scene]) => (name === REVIEWS ? [] : workItemsOf(scene))),
  ].map(({ row }) => row);
  const cleanReviews =
    options.scenes[REVIEWS] === undefined
      ? []
      : reviewsOf(reviewed, { random: random.fork('clean reviews'), calendar: options.calendar, days });
  const rowsTo = (domain: string) => [
    ...scenes.flatMap((scene) => scene.rows[domain] ?? []),
    ...(domain === REVIEWS ? cleanReviews : []),
  ];
  const fixedTo = (domain: string) => scenes.flatMap((scene) => scene.fixed?.[domain] ?? []);
  const workItems = arrange({
    ...common,
    sources: sources.filter((source) => source.mustPush),
    rows: [...months.flatMap((month) => month.rows), ...rowsTo(WORK_ITEMS)],
    fixed: [...months.flatMap((month) => month.fixed), ...fixedTo(WORK_ITEMS)],
    silentFrom: settled.silentFrom,
    declareMore: settled.declareMore,
    sourceFrom: new Map(
      settled.sources.filter((source) => !castIds.has(source.id)).map((source) => [source.id, last.from]),
    ),
    random: random.fork('arrivals'),
  });
  const arrivals = [
    ...workItems.map((arrival): DomainArrival => ({ ...arrival, to: WORK_ITEMS })),
    ...domainsOf(scenes).flatMap((to) =>
      arrangeRows({ ...common, rows: rowsTo(to), fixed: fixedTo(to), random: random.fork(`arrivals ${to}`) }).map(
        (arrival): DomainArrival => ({ ...arrival, to }),
      ),
    ),
  ];
  const items = distinct([...settled.items, ...scenes.flatMap((scene) => scene.items)], (item) => item.code);
  const truth = [...settled.truth, ...scenes.flatMap((scene) => scene.truth)];
  const rates = recountRates({
    rows: workItems.map(({ row }) => row).filter((row) => row.project_no !== undefined),
    items,
    months: options.months,
    calendar: options.calendar,
    truth,
    known: new Set(scenes.flatMap((scene) => scene.agencies.map(({ uscc }) => uscc))),
  }).filter((one) => one.indicator !== 'SC-10' || options.scenes[CENTRES] !== undefined);
  return {
    agencies: [...settled.agencies, ...scenes.flatMap((scene) => scene.agencies)],
    items,
    sources,
    arrivals: arrivals.sort((one, other) => one.receivedAt - other.receivedAt || rank(one) - rank(other)),
    truth: [...truth, ...rates.filter((one) => !truth.some((other) => isOfSame(one, other)))],
    readAt,
  };
}

function isOfSame(one: SceneFinding, other: SceneFinding): boolean {
  return one.indicator === other.indicator && one.subject === other.subject;
}

/** The world of one scene when it is planted alone, as a domain's own tests do. */
export function sceneWorldOf(
  options: Omit<SeasonOptions, 'scenes' | 'items' | 'defectRate' | 'disorder' | 'cast'>,
  name: string,
  index = 0,
): SceneWorld {
  const spans = options.months.map(monthSpan);
  const days = spans.flatMap(({ from, to }) => range(from, to));
  const readAt = monthReadAt({ calendar: options.calendar, to: dateText(days.at(-1) as number) });
  const random = createRandom(options.seed).fork('season').fork(name);
  return sceneWorld(options, { name, index, days, readAt, random });
}

function sceneWorld(
  options: Pick<SeasonOptions, 'calendar' | 'months' | 'clean'>,
  part: {
    readonly name: string;
    readonly index: number;
    readonly days: readonly number[];
    readonly readAt: number;
    readonly random: Random;
  },
): SceneWorld {
  return {
    random: part.random,
    calendar: options.calendar,
    applicants: makeApplicants(part.random.fork('applicants')),
    days: part.days,
    workdays: part.days.filter(options.calendar.isWorkday),
    months: options.months,
    readAt: part.readAt,
    agency: (n) => sceneAgency(part.index, n),
    clean: options.clean,
  };
}

/** The n-th agency of a scene. @throws {RangeError} beyond the numbers that a scene has. */
function sceneAgency(scene: number, n: number): CastAgency {
  if (!Number.isInteger(n) || n < 0 || n >= AGENCIES_A_SCENE)
    throw new RangeError(`agency of a scene: 0 to ${AGENCIES_A_SCENE - 1} was expected, ${n} came`);
  const division = DIVISIONS[n % DIVISIONS.length] as (typeof DIVISIONS)[number];
  // Work items of these departments come through the integrated platform.
  const departments = DEPARTMENTS.filter((department) => department.source === '115');
  const department = departments[Math.floor(n / DIVISIONS.length) % departments.length] as (typeof DEPARTMENTS)[number];
  return makeAgency(
    division,
    department,
    FIRST_SCENE_AGENCY + scene * AGENCIES_A_SCENE + n,
    'IMPLEMENTING',
    901 + scene,
  );
}

function monthOf(
  options: SeasonOptions,
  span: { readonly from: number; readonly to: number },
  isLast: boolean,
  readAt: number,
): MonthParts {
  const { cast, calendar, items } = options;
  return monthParts(
    {
      // Numbers and people of different months must not repeat.
      seed: options.seed * 100 + (span.from % 100),
      cast,
      calendar,
      items,
      from: dateText(span.from),
      to: dateText(span.to),
      disorder: options.disorder,
      defectRate: isLast ? options.defectRate : 0,
      aggregates: isLast && options.aggregates !== false,
      ...(isLast && options.defectRate > 0 ? {} : { scenarios: [] }),
    },
    readAt,
  );
}

function monthSpan(month: string): { readonly from: number; readonly to: number } {
  const from = dayFromText(`${month}-01`);
  if (!/^\d{4}-\d{2}$/.test(month) || Number.isNaN(from))
    throw new RangeError(`months: \`YYYY-MM\` was expected, ${JSON.stringify(month)} came`);
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));
  return { from, to: dayOf(next.getTime()) - 1 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function workItemsOf(scene: Scene): readonly { readonly row: PushedRow }[] {
  return [...(scene.rows[WORK_ITEMS] ?? []), ...(scene.fixed?.[WORK_ITEMS] ?? [])];
}

function domainsOf(scenes: readonly Scene[]): readonly string[] {
  const names = scenes.flatMap((scene) => [...Object.keys(scene.rows), ...Object.keys(scene.fixed ?? {})]);
  return [...new Set(names)].filter((name) => name !== WORK_ITEMS).sort();
}

function rank({ to }: DomainArrival): number {
  return to === WORK_ITEMS ? 0 : 1;
}

function distinct<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
