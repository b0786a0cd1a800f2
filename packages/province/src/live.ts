import { makeApplicants } from './applicants.ts';
import type { Arrival } from './arrivals.ts';
import { CaseWriter } from './case.ts';
import type { CastAgency, ProvinceCast } from './cast.ts';
import { LICENCE_TYPES } from './domains/licence-writer.ts';
import { dateText, dayOf, type NaiveCalendar } from './naive-calendar.ts';
import { DEPARTMENTS, ITEM_TEMPLATES, templateOf } from './names.ts';
import { createRandom, type Random } from './random.ts';

export interface LiveOptions {
  readonly seed: number;
  readonly cast: ProvinceCast;
  readonly calendar: NaiveCalendar;
  /** The first instant; cases begin from here on. */
  readonly from: number;
  /** Mean milliseconds between two new work items. */
  readonly everyMs: number;
  /** Share of the new work items that break a rule, 0 to 1. */
  readonly defectRate: number;
}

const MINUTE = 60_000;
const SECOND = 1000;
/** Every second result that is given at once is a licence, which its library then holds. */
const LICENCE_SHARE = 0.5;

/**
 * An endless stream of rows with the instants at which they arrive, in order: people come at a steady rate, most matters are
 * done within minutes, and some break a rule the moment their rows say so. Nothing here waits: whoever runs it does.
 */
export function* liveProvince(options: LiveOptions): Generator<Arrival, never> {
  const random = createRandom(options.seed).fork(`live ${options.from}`);
  const applicants = makeApplicants(random.fork('applicants'));
  const pending: Arrival[] = [];
  const templates = ITEM_TEMPLATES.map((template) => [template, template.weight] as const);
  let now = options.from;
  for (let count = 1; ; count += 1) {
    now += random.int(Math.ceil(options.everyMs / 2), Math.ceil(options.everyMs * 1.5));
    const agency = random.pick(options.cast.agencies);
    const broken = random.chance(options.defectRate);
    const template = broken ? templateOf(random.pick(['005001', '005002', '003001'])) : random.weighted(templates);
    const day = dayOf(now);
    const no = `${agency.division.padEnd(6, '0')}${dateText(day).replaceAll('-', '')}L${(now % 86_400_000).toString(36)}${count % 1000}`;
    const kase = new CaseWriter({
      no,
      source: sourceOf(agency),
      agency,
      template,
      applicant: applicants.next(),
      calendar: options.calendar,
      day,
    });
    const story = broken ? random.pick(BROKEN) : template.kind === 'INSTANT' ? instantStory(random) : promise;
    story(kase, now);
    for (const { eventAt, row } of kase.rows) pending.push({ receivedAt: Math.max(now, eventAt) + 2 * SECOND, row });
    pending.sort((one, other) => one.receivedAt - other.receivedAt);
    while (pending[0] !== undefined && pending[0].receivedAt <= now) yield pending.shift() as Arrival;
  }
}

type Story = (kase: CaseWriter, now: number) => unknown;

function instantStory(random: Random): Story {
  const licence = random.chance(LICENCE_SHARE);
  return (kase, now) =>
    kase
      .accept({ appliedAt: now - MINUTE, acceptedAt: now })
      .step('FINISH', '即时办结', now, now + 20 * SECOND)
      .result(
        now + 20 * SECOND,
        licence ? { result_cetr_name: LICENCE_TYPES[0].name, result_cetr_no: `蒙现证〔${kase.no}〕` } : {},
      );
}
const promise: Story = (kase, now) => {
  kase.accept({ appliedAt: now - MINUTE, acceptedAt: now }).step('ACCEPT', '受理', now - 30 * SECOND, now);
};
/** What can be seen to be wrong at once; limits run out by themselves among the cases of the month before. */
const BROKEN: readonly Story[] = [
  (kase, now) =>
    kase
      .accept({ appliedAt: now - MINUTE, acceptedAt: now })
      .step('ACCEPT', '受理', now - 30 * SECOND, now)
      .pay(now + SECOND, kase.template.feeYuan === null ? 30 : 90),
  (kase, now) =>
    kase
      .accept({ appliedAt: now - MINUTE, acceptedAt: now }, { promise_limit: kase.template.promiseWorkdays + 3 })
      .step('ACCEPT', '受理', now - 30 * SECOND, now),
  (kase, now) =>
    kase
      .accept({ appliedAt: now - MINUTE })
      .supplement(now, now + 10 * SECOND)
      .supplement(now + 20 * SECOND, now + 30 * SECOND),
  (kase, now) => kase.accept({ appliedAt: now - MINUTE }).supplement(now, now + 10 * SECOND, { items: '' }),
  (kase, now) =>
    kase
      .accept({ appliedAt: now - MINUTE, acceptedAt: now })
      .step('ACCEPT', '受理', now - 30 * SECOND, now)
      .special(now, null, { notice_no: '', notice_time: '' }),
];

function sourceOf(agency: CastAgency): string {
  return DEPARTMENTS.find((department) => department.id === agency.department)?.source ?? '115';
}
