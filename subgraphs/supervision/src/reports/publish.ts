import { isWithin, tierOf, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { type Ports, type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import type { LoopPorts } from '../duties/judged.ts';
import { takeReportDuties } from '../duties/report-duty.ts';
import { TIER_NAMES } from '../life/actors.ts';
import type { Report } from './report.ts';
import { markReport, reportForUpdate } from './store.ts';

/** What came of a step on a report: the report as it stands, or a named refusal; the names are GraphQL types. */
export type ReportOutcome =
  | { readonly __typename: 'ReportPayload'; readonly report: Report }
  | { readonly __typename: 'ReportNotFound' | 'ReportNotYours' | 'ReportStepRefused'; readonly message: Bilingual };

type Step = 'PUBLISH' | 'CONFIRM';
type StepPorts = LoopPorts & Pick<Ports, 'keys'>;

/** Publishes a report to its agency: signed with the hub's key where it has one. For the supervision body of the agency's tier (Art. 8). */
export function publishReport(ports: StepPorts, request: RequestContext, id: string): Promise<ReportOutcome> {
  return step(ports, request, id, 'PUBLISH');
}

/** Confirms that the agency has received its report (签收反馈报告). For its chief representative. */
export function confirmReport(ports: StepPorts, request: RequestContext, id: string): Promise<ReportOutcome> {
  return step(ports, request, id, 'CONFIRM');
}

function step(ports: StepPorts, request: RequestContext, id: string, what: Step): Promise<ReportOutcome> {
  return ports.database.transaction(async (tx) => {
    const report = await reportForUpdate(tx, id);
    if (report === null || !isVisible(request, report)) return notFound(id);
    const refused = refuse(request.viewer!, report, what);
    if (refused !== null) return refused;
    const [at, by] = [ports.time.now(), request.viewer!.id];
    if (what === 'PUBLISH') {
      const signature = ports.keys?.sign('report', Buffer.from(report.hash, 'hex')) ?? null;
      await markReport(tx, report, { at, by, signature });
      await takeReportDuties(ports, tx, [{ ...report, publishedAt: at }], at);
    } else await markReport(tx, report, { at, by });
    const kind = what === 'PUBLISH' ? 'REPORT_PUBLISHED' : 'REPORT_CONFIRMED';
    await recordAct(tx, {
      kind,
      by: request.viewer!,
      at,
      about: report.id,
      detail: { period: report.period, hash: report.hash },
    });
    return { __typename: 'ReportPayload', report: (await reportForUpdate(tx, id))! };
  });
}

/** A report that is not published is not there for its agency; the policy `unpublished` of the database says the same. */
function isVisible({ scope }: RequestContext, { division, agency, publishedAt }: Report): boolean {
  return isWithin(scope, { division, agency: publishedAt === null ? null : agency, source: null });
}

function refuse(viewer: Viewer, report: Report, what: Step): ReportOutcome | null {
  const tier = tierOf(report.division);
  const isOurs =
    what === 'PUBLISH'
      ? viewer.role === 'SUPERVISOR' && viewer.tier === tier
      : viewer.role === 'AGENCY' && viewer.post === 'CHIEF' && viewer.agency === report.agency;
  if (!isOurs) {
    const who = {
      PUBLISH: { zh: `${TIER_NAMES[tier].zh}监督主体`, en: `the supervision body of the ${TIER_NAMES[tier].en}` },
      CONFIRM: { zh: '该机构的首席代表', en: "the agency's chief representative" },
    }[what];
    const message = {
      zh: `${report.period} 的反馈报告应由${who.zh}办理，当前账户不是。`,
      en: `The report of ${report.period} is for ${who.en}; this account is not.`,
    };
    return { __typename: 'ReportNotYours', message };
  }
  const isDone = what === 'PUBLISH' ? report.publishedAt !== null : report.confirmedAt !== null;
  if (!isDone && (what === 'PUBLISH' || report.publishedAt !== null)) return null;
  const words = what === 'PUBLISH' ? { zh: '发布', en: 'published' } : { zh: '签收', en: 'confirmed' };
  const message = {
    zh: `${report.period} 的反馈报告已${words.zh}，不能再次${words.zh}；如有更正，将列入下一期报告。`,
    en: `The report of ${report.period} was ${words.en} already; corrections appear in the next report.`,
  };
  return { __typename: 'ReportStepRefused', message };
}

/** No such report, or none that the viewer may see: one answer for both. */
export function notFound(id: string): ReportOutcome {
  const shown = id.slice(0, 40).toWellFormed();
  const message = {
    zh: `没有标识为 “${shown}” 的反馈报告，或当前账户无权查看。请核对报告标识（FeedbackReport.id）。`,
    en: `No feedback report "${shown}" is visible to this account; check the report's id.`,
  };
  return { __typename: 'ReportNotFound', message };
}
