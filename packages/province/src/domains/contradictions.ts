import { type CastAgency, itemsOf } from '../cast.ts';
import { at, dayOf, instantText } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import { A, acceptanceAfter, B, morning, ORDINARY, sideBySide, type Team, tell } from './bundle-story.ts';
import { BUNDLE_SOURCE, BundleWriter, childItem } from './bundle-writer.ts';
import { CONTRADICTION_SOURCE, ContradictionWriter } from './contradiction-writer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NINE = 540;
const TEN = 600;

/**
 * The contradictions' part of a season: each story is told by two domains that do not agree, on an agency of its own, and beside it the
 * same story told without a contradiction. The truth holds what other domains find in the same rows too.
 */
export function plantContradictions(world: SceneWorld): Scene {
  const writer = new ContradictionWriter(world);
  const bundles = new BundleWriter(world);
  const agencies = Array.from({ length: 2 * STORIES.length }, (_, index) => world.agency(index));
  for (const [index, story] of STORIES.entries())
    for (const planted of [true, false])
      story({
        world,
        writer,
        bundles,
        agency: agencies[2 * index + (planted ? 0 : 1)] as CastAgency,
        day: world.workdays[Math.max(0, world.workdays.length - 30 + index)] as number,
        planted,
      });
  const first = agencies[0] as CastAgency;
  const source = (id: string, name: string, nameEn: string) => ({
    ...{ id, name, nameEn, agency: first.uscc, division: '15', ownPlatform: true, mustPush: false, exempt: null },
    registeredAt: instantText(at((world.days[0] as number) - 7, NINE)),
  });
  return {
    agencies,
    items: [...agencies.flatMap(itemsOf), ...bundles.items],
    sources: [
      source(CONTRADICTION_SOURCE, '跨域示例系统', 'System of the cross-domain stories'),
      source(BUNDLE_SOURCE, '一件事联办系统', 'Platform of one-thing bundles'),
    ],
    rows: {
      ...writer.rows,
      bundles: bundles.rows,
      'work-items': [...writer.workItems, ...bundles.workItems].flatMap((kase) => kase.rows),
    },
    truth: [...writer.truth, ...bundles.truth],
  };
}

interface Stage {
  readonly world: SceneWorld;
  readonly writer: ContradictionWriter;
  readonly bundles: BundleWriter;
  readonly agency: CastAgency;
  /** The working day on which the story begins: at least fifteen working days before the reading. */
  readonly day: number;
  /** False: the same story without its contradiction. */
  readonly planted: boolean;
}
type Story = (stage: Stage) => void;

const STORIES: readonly Story[] = [
  saysOverTime,
  datedBeforeDecision,
  licenceOfNoItem,
  licenceOfOpenItem,
  grantedWithoutLicence,
  servedAndNotAccepted,
  childBeforeBundle,
  reviewOfOpenItem,
  documentBeforeAcceptance,
  feeForNothing,
  approvalOfNoProject,
  withdrawnAndValid,
];

/** The day on which a question about two events is asked: the calendar day after the next working day. */
function asked({ world }: Pick<Stage, 'world'>, later: number, workdays = 1): number {
  return world.calendar.workdayAfter(dayOf(later), workdays) + 1;
}

function saysOverTime({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const finishedAt = writer.grant(item, at(day, NINE), 0.6);
  const assessedAt = finishedAt + 30 * MINUTE;
  // 104: says that the statutory time was exceeded.
  const review = writer.review(item, assessedAt, planted ? { detail_code: '104' } : {});
  if (planted) writer.plant('CX-01', matterOf(item), review, asked({ world }, assessedAt));
}

function datedBeforeDecision({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  // Accepted late in the afternoon, decided on the next working day.
  const finishedAt = writer.grant(item, at(day, 960), 0.6, writer.licenceResult());
  const collectedAt = finishedAt + 20 * MINUTE;
  const licence = writer.licence(item, item.kase.no, collectedAt, planted ? day : dayOf(finishedAt));
  if (planted) writer.plant('CX-02', matterOf(item), licence, asked({ world }, finishedAt));
}

function licenceOfNoItem({ world, writer, agency, day, planted }: Stage): void {
  const collectedAt = at(day, TEN);
  const holder = world.applicants.next();
  if (!planted) {
    const item = writer.open(agency, day);
    const finishedAt = writer.grant(item, at(day, NINE), 0.6, writer.licenceResult());
    writer.licence(item, item.kase.no, finishedAt + 20 * MINUTE);
    return;
  }
  const no = `CX-NONE-${agency.uscc.slice(9)}`;
  const licence = writer.licence({ agency, holder }, no, collectedAt);
  writer.plant('CX-03', `work-item:115:${no}`, licence, asked({ world }, collectedAt));
}

function licenceOfOpenItem({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const acceptedAt = at(day, NINE);
  const finishedAt = writer.grant(item, acceptedAt, 4, writer.licenceResult());
  if (!planted) {
    writer.licence(item, item.kase.no, finishedAt + 20 * MINUTE);
    return;
  }
  // Made on the first day and dated three days ahead; the item is granted on the fifth.
  const collectedAt = acceptedAt + 2 * HOUR;
  const licence = writer.licence(item, item.kase.no, collectedAt, dayOf(finishedAt));
  writer.plant('CX-03', matterOf(item), licence, asked({ world }, collectedAt));
}

function grantedWithoutLicence({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const finishedAt = writer.grant(item, at(day, NINE), 0.6, writer.licenceResult());
  if (!planted) {
    writer.licence(item, item.kase.no, finishedAt + 20 * MINUTE);
    return;
  }
  writer.plant('CX-04', matterOf(item), '', asked({ world }, finishedAt, 10));
  writer.find('EL-01', 'licence-duty', item.kase.subject, 'RED', at(asked({ world }, finishedAt, 5)));
}

function servedAndNotAccepted({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const servedAt = at(day, TEN);
  const ticket = writer.ticket(item, servedAt);
  // Taken up five minutes after the number was called, or not at all.
  if (!planted) writer.grant(item, servedAt + 5 * MINUTE, 0.6);
  else writer.plant('CX-05', `queue-ticket:${ticket}`, ticket, asked({ world }, servedAt));
}

function childBeforeBundle({ world, writer, bundles, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const finishedAt = writer.grant(item, at(day, NINE), 0.6);
  const begins = planted ? morning(world.calendar.workdayAfter(day, 2)) : at(day, NINE) - HOUR;
  const team: Team = {
    lead: agency,
    agencies: new Map([
      [A, agency],
      [B, agency],
    ]),
  };
  for (const template of [A, B]) bundles.items.push(childItem(agency, template));
  bundles.publish(ORDINARY, at(world.days[0] as number, 1));
  const acceptedAt = acceptanceAfter(begins);
  const children = sideBySide(world.calendar, acceptedAt);
  const no = `CX-${agency.uscc.slice(9)}`;
  const kase = tell(bundles, { team, no, appliedAt: begins, children });
  // The platform names the work item behind a child when that child has ended.
  const toldAt = (children[0]?.endedAt as number) + MINUTE;
  bundles.push('bundle_child', `${no}-C-${A.listCode}`, toldAt, { project_source: '115', project_no: item.kase.no });
  if (planted) writer.plant('CX-06', matterOf(item), kase.subject, asked({ world }, Math.max(begins, finishedAt)));
}

function reviewOfOpenItem({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const acceptedAt = at(day, NINE);
  const finishedAt = writer.grant(item, acceptedAt, planted ? 4 : 0.6);
  const assessedAt = planted ? acceptedAt + HOUR : finishedAt + HOUR;
  const review = writer.review(item, assessedAt);
  if (planted) writer.plant('CX-07', matterOf(item), review, asked({ world }, assessedAt));
}

function documentBeforeAcceptance({ world, writer, agency, day, planted }: Stage): void {
  const project = writer.project(agency, day, at(day, NINE));
  const acceptedOn = world.calendar.workdayAfter(day, 1);
  const grantedAt = at(world.calendar.workdayAfter(acceptedOn, 3), TEN);
  const documentOn = planted ? day : dayOf(grantedAt);
  const approval = writer.approval(agency, project, at(acceptedOn, TEN), { at: grantedAt, documentOn });
  if (!planted) return;
  writer.plant('CX-08', `project:${project}`, approval, asked({ world }, grantedAt));
  writer.find('EP-05', 'project-approval', approval, 'RED', null);
}

function feeForNothing({ world, writer, agency, day, planted }: Stage): void {
  // Published as free of charge.
  const item = writer.open(agency, day, '005001');
  const paidAt = at(day, NINE + 10);
  if (planted) {
    item.kase.pay(paidAt, 30, { standard: '' });
    writer.plant('CX-09', matterOf(item), '', asked({ world }, paidAt, 5));
    const payment = item.kase.rows.find(({ row }) => row.table === 'up_pro_payment');
    writer.find('WI-21', 'work-item', item.kase.subject, 'RED', null, String(payment?.row.row_guid));
  }
  writer.grant(item, at(day, NINE), 0.6);
}

function approvalOfNoProject({ world, writer, agency, day, planted }: Stage): void {
  const project = writer.project(agency, day, planted ? null : at(day, NINE));
  const acceptedAt = at(world.calendar.workdayAfter(day, 1), TEN);
  const grantedAt = at(world.calendar.workdayAfter(dayOf(acceptedAt), 3), TEN);
  const approval = writer.approval(agency, project, acceptedAt, { at: grantedAt, documentOn: dayOf(grantedAt) });
  if (!planted) return;
  writer.plant('CX-10', `project:${project}`, approval, asked({ world }, acceptedAt));
  writer.find('EP-04', 'project', project, 'RED', null, approval);
}

function withdrawnAndValid({ world, writer, agency, day, planted }: Stage): void {
  const item = writer.open(agency, day);
  const acceptedAt = at(day, NINE);
  const withdrawnAt = at(world.calendar.workdayAfter(day, 1), TEN);
  item.kase
    .accept({ appliedAt: acceptedAt - 20 * MINUTE, acceptedAt })
    .step('ACCEPT', '受理', acceptedAt - 5 * MINUTE, acceptedAt)
    .result(withdrawnAt, {
      result_type: '4',
      withdrawn_by: '1',
      applicant_confirmed: true,
      is_delivery_results: false,
      result_explain: '申请人书面提出撤回申请，经确认同意撤回',
    });
  if (!planted) return;
  const licence = writer.licence(item, item.kase.no, acceptedAt + 2 * HOUR);
  writer.plant('CX-11', matterOf(item), licence, asked({ world }, withdrawnAt));
}

function matterOf({ kase }: { readonly kase: { readonly subject: string } }): string {
  return `work-item:${kase.subject}`;
}
