import { type Applicant, CaseWriter, type Finding } from './case.ts';
import { type CastAgency, type CastItem, itemsOf, makeAgency } from './cast.ts';
import { at, dateText, dayOf, type NaiveCalendar } from './naive-calendar.ts';
import { DEPARTMENTS, DIVISIONS, templateOf } from './names.ts';
import type { Random } from './random.ts';
import { boundaries } from './scenarios.ts';

export interface AggregatePlants {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly cases: readonly CaseWriter[];
  readonly truth: readonly Finding[];
}

const MINUTE = 60_000;
const COUNT = 40;

interface World {
  readonly random: Random;
  readonly workdays: readonly number[];
  readonly calendar: NaiveCalendar;
  readonly applicants: { next(): Applicant };
  /** `YYYY-MM`. */
  readonly month: string;
}

/**
 * Agencies of their own whose month as a whole breaks a rule: each handles forty work items of one item, so that the
 * share of the bad ones is known exactly and no other agency's share is touched.
 */
export function plantAggregates(world: World): AggregatePlants {
  const plants = [
    // Everything entered within two minutes: 40 of 40.
    plant(world, 0, 'WI-12', 'RED', 'agency-month', '002002', (kase, accepted) => {
      kase.accept({ appliedAt: accepted - MINUTE, acceptedAt: accepted });
      const step = 15_000;
      kase
        .steps([accepted, accepted + step, accepted + 2 * step, accepted + 3 * step, accepted + 4 * step])
        .result(accepted + 4 * step);
    }),
    // 14 of 40 sent back, 35 %, where other agencies send back none.
    plant(world, 1, 'WI-14', 'YELLOW', 'agency-item-month', '002001', (kase, accepted, index) => {
      worked(
        world,
        kase,
        accepted,
        index < 14 ? { result_type: '2', result_explain: '申请事项不属于本机关职权范围，已告知向有权机关提出' } : {},
      );
    }),
    // 12 of 40 suspended for four working days where three are promised.
    plant(world, 2, 'WI-19', 'YELLOW', 'agency-item-month', '002001', (kase, accepted, index) => {
      if (index >= 12) return worked(world, kase, accepted, {});
      kase
        .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted })
        .step('ACCEPT', '受理', accepted - 5 * MINUTE, accepted);
      const opened = at(world.calendar.workdayAfter(dayOf(accepted), 1), 540);
      const ended = at(world.calendar.workdayAfter(dayOf(opened), 4), 540);
      kase.special(opened, ended);
      const after = (minutes: number): number => world.calendar.afterOfficeMs(ended, minutes * MINUTE);
      kase.steps([ended, after(30), after(60), after(90)], ['REVIEW', 'DECIDE', 'CERTIFY']).result(after(90));
    }),
    // 12 of 40 payments without a bill number, 30 %.
    plant(world, 3, 'WI-23', 'RED', 'agency-month', '005002', (kase, accepted, index) => {
      kase
        .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted })
        .pay(accepted + 5 * MINUTE, 50, index < 12 ? { bill_no: '' } : {});
      kase.steps(boundaries(world, accepted, 1)).result(boundaries(world, accepted, 1)[4] as number);
    }),
    // 12 work items of one item judged by a limit two days longer than published.
    plant(world, 4, 'WI-24', 'RED', 'agency-item-month', '003001', (kase, accepted, index) => {
      if (index >= 12) return worked(world, kase, accepted, {});
      kase.accept(
        { appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted },
        { promise_limit: kase.template.promiseWorkdays + 2 },
      );
      kase.steps(boundaries(world, accepted, 1)).result(boundaries(world, accepted, 1)[4] as number);
      kase.plant('WI-24', 'YELLOW', null);
    }),
  ];
  return {
    agencies: plants.map((one) => one.agency),
    items: plants.flatMap((one) => one.items),
    cases: plants.flatMap((one) => one.cases),
    truth: plants.flatMap((one) => [one.finding, ...one.cases.flatMap((kase) => kase.truth)]),
  };
}

function plant(
  world: World,
  index: number,
  indicator: string,
  level: Finding['level'],
  subjectKind: 'agency-month' | 'agency-item-month',
  item: string,
  write: (kase: CaseWriter, accepted: number, index: number) => unknown,
): { agency: CastAgency; items: readonly CastItem[]; cases: CaseWriter[]; finding: Finding } {
  const department = DEPARTMENTS[0] as (typeof DEPARTMENTS)[number];
  const division = DIVISIONS[index % 12] as (typeof DIVISIONS)[number];
  const agency = makeAgency(
    division,
    { ...department, name: `${department.name}第${index + 2}分局`, en: `${department.en} Branch ${index + 2}` },
    5000 + index,
    'IMPLEMENTING',
    901,
  );
  const template = templateOf(item);
  const cases = Array.from({ length: COUNT }, (_, number) => {
    const day = world.workdays[1 + (number % 10)] as number;
    const accepted = at(day, 540) + number * 3 * MINUTE;
    const kase = new CaseWriter({
      no: `${indicator}-${dateText(day)}-${number}`,
      source: '115',
      agency,
      template,
      applicant: world.applicants.next(),
      calendar: world.calendar,
      day,
    });
    write(kase, accepted, number);
    return kase;
  });
  const items = itemsOf(agency);
  const code = items.find((one) => one.code.endsWith(item))?.code ?? '';
  const subject =
    subjectKind === 'agency-month'
      ? `${agency.uscc}:${world.month}`
      : `${agency.uscc}:${code.slice(19)}:${world.month}`;
  return { agency, items, cases, finding: { indicator, subjectKind, subject, occurrence: '', level, turnedAt: null } };
}

function worked(world: World, kase: CaseWriter, accepted: number, result: Readonly<Record<string, string>>): void {
  const times = boundaries(world, accepted, 1);
  kase
    .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted })
    .steps(times)
    .result(times[4] as number, result);
}
