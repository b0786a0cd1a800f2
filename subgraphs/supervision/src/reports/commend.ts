import { isWithin, tierAbove, tierOf, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { type Ports, type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import { laneOf } from '../lane.ts';
import { TIER_NAMES } from '../life/actors.ts';
import { type Refusal, refusedText } from '../life/perform.ts';
import {
  type Commendation,
  commendationForUpdate,
  decideOn,
  type Evidence,
  insertCommendation,
} from './commendation-store.ts';
import { eligibilityOf } from './eligibility.ts';
import { readPeriod } from './period.ts';
import { identifyAs } from './report.ts';
import { reportsOfPeriod } from './store.ts';

/** What came of a step: the commendation as it stands, or a named refusal; the names are GraphQL types. */
export type CommendationOutcome =
  | { readonly __typename: 'CommendationPayload'; readonly commendation: Commendation }
  | {
      readonly __typename: 'ReportNotFound' | 'ReportNotYours' | 'ReportStepRefused' | 'ReportInputRefused';
      readonly message: Bilingual;
    };

/** A proposal to commend an agency. */
export interface Proposal {
  readonly agency: string;
  readonly period: string;
  readonly title: string;
  readonly achievement: string;
  readonly evidence: readonly Evidence[];
}

/** A decision on a proposal. */
export interface CommendationVerdict {
  readonly commendationId: string;
  readonly decision: 'COMMENDED' | 'REFUSED';
  readonly reason: string;
  readonly publication?: string | null;
}

type StepPorts = Pick<Ports, 'database' | 'time'>;
const MOST_EVIDENCE = 20;

/** Proposes to commend an agency for a period that was reported on; its computed eligibility is kept with the proposal. */
export async function proposeCommendation(
  ports: StepPorts,
  request: RequestContext,
  proposal: Proposal,
): Promise<CommendationOutcome> {
  const faulty = checkProposal(proposal);
  if (faulty !== null) return faulty;
  return ports.database.transaction(async (tx) => {
    const reports = await reportsOfPeriod(tx, readPeriod(proposal.period)!);
    const own = reports.get(proposal.agency);
    if (own === undefined || !isWithin(request.scope, { division: own.division, agency: null, source: null }))
      return notFound(`${proposal.agency} ${proposal.period}`);
    const notYours = refuseViewer(request.viewer!, own.division, false);
    if (notYours !== null) return notYours;
    const eligibility = eligibilityOf(proposal.agency, reports);
    const at = ports.time.now();
    const id = identifyAs('commendation', proposal.agency, `${proposal.period}:${at}:${request.viewer!.id}`);
    const commendation: Commendation = {
      ...{ lane: laneOf(proposal.agency), id, division: own.division, ...proposal, eligibility },
      ...{ title: proposal.title.trim(), achievement: proposal.achievement.trim() },
      ...{ proposedAt: at, proposedBy: request.viewer!.id, decidedAt: null, decidedBy: null },
      ...{ decision: null, decisionReason: null, publication: null },
    };
    await insertCommendation(tx, commendation);
    await recordAct(tx, {
      kind: 'COMMENDATION_PROPOSED',
      by: request.viewer!,
      at,
      about: id,
      detail: { period: proposal.period },
    });
    return { __typename: 'CommendationPayload', commendation };
  });
}

/** Decides on a proposal: another person than who proposed it. */
export async function decideCommendation(
  ports: StepPorts,
  request: RequestContext,
  verdict: CommendationVerdict,
): Promise<CommendationOutcome> {
  const faulty = checkVerdict(verdict);
  if (faulty !== null) return faulty;
  return ports.database.transaction(async (tx) => {
    const found = await commendationForUpdate(tx, verdict.commendationId);
    if (found === null || !isWithin(request.scope, { division: found.division, agency: null, source: null }))
      return notFound(verdict.commendationId);
    const viewer = request.viewer!;
    const refused = refuseViewer(viewer, found.division, true) ?? refuseStep(viewer, found);
    if (refused !== null) return refused;
    const at = ports.time.now();
    const { decision, reason, publication = null } = verdict;
    const decided = {
      decision,
      decisionReason: reason.trim(),
      publication: decision === 'COMMENDED' ? publication : null,
    };
    const commendation = { ...found, ...decided, decidedAt: at, decidedBy: viewer.id };
    await decideOn(tx, commendation);
    await recordAct(tx, { kind: 'COMMENDATION_DECIDED', by: viewer, at, about: found.id, detail: { decision } });
    return { __typename: 'CommendationPayload', commendation };
  });
}

function refuseStep(viewer: Viewer, { decidedAt, proposedBy }: Commendation): CommendationOutcome | null {
  if (decidedAt !== null)
    return {
      __typename: 'ReportStepRefused',
      message: {
        zh: '该表扬已作出决定，不能再次决定；可另行提出。',
        en: 'It has been decided already; propose another one.',
      },
    };
  if (proposedBy !== viewer.id) return null;
  return {
    __typename: 'ReportStepRefused',
    message: {
      zh: '提出人不能作出决定，应由本级或上一级监督主体的另一人决定。',
      en: 'Who proposed it cannot decide on it; another person of the same tier or of the one above does.',
    },
  };
}

function refuseViewer(viewer: Viewer, division: string, mayBeAbove: boolean): CommendationOutcome | null {
  const tier = tierOf(division);
  const tiers = mayBeAbove ? [tier, tierAbove(tier)] : [tier];
  if (viewer.role === 'SUPERVISOR' && viewer.tier !== null && tiers.includes(viewer.tier)) return null;
  return {
    __typename: 'ReportNotYours',
    message: {
      zh: `该机构的表扬由${TIER_NAMES[tier].zh}监督主体办理，当前账户不是。`,
      en: `Commendations of this agency are for the supervision body of the ${TIER_NAMES[tier].en}; this account is not its staff.`,
    },
  };
}

function checkProposal({ period, title, achievement, evidence }: Proposal): CommendationOutcome | null {
  if (readPeriod(period) === null)
    return inputRefused({
      zh: `期次应为 2026-05、2026-Q2 或 2026 的形式，收到 “${shown(period)}”。`,
      en: `A period like 2026-05, 2026-Q2 or 2026 was expected; "${shown(period)}" came.`,
    });
  const text = asReport(
    refusedText({ zh: '标题', en: 'title' }, title, 4, 100) ??
      refusedText({ zh: '成果', en: 'achievement' }, achievement, 10, 2000) ??
      evidence
        .map(({ name }) => refusedText({ zh: '佐证材料名称', en: 'name of the evidence' }, name, 1, 200))
        .find(Boolean) ??
      null,
  );
  if (text !== null) return text;
  const wrong = evidence.find(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256));
  if (evidence.length <= MOST_EVIDENCE && wrong === undefined) return null;
  return inputRefused(
    wrong === undefined
      ? {
          zh: `佐证材料最多 ${MOST_EVIDENCE} 份，收到 ${evidence.length} 份。`,
          en: `At most ${MOST_EVIDENCE} pieces of evidence were expected; ${evidence.length} came.`,
        }
      : {
          zh: `佐证材料哈希应为 64 位小写十六进制，收到 “${shown(wrong.sha256)}”。`,
          en: `A SHA-256 of 64 lower-case hex digits was expected; "${shown(wrong.sha256)}" came.`,
        },
  );
}

function checkVerdict({ decision, reason, publication = null }: CommendationVerdict): CommendationOutcome | null {
  const text = refusedText({ zh: '理由', en: 'reason' }, reason, 4, 500);
  if (text !== null) return asReport(text);
  if (decision === 'REFUSED' && publication === null) return null;
  return asReport(refusedText({ zh: '宣传推广方式', en: 'way of publication' }, publication ?? '', 4, 500));
}

/** The refusal of a text under the name that reports give it. */
function asReport(refused: Refusal | null): CommendationOutcome | null {
  return refused === null ? null : inputRefused(refused.message);
}

function inputRefused(message: Bilingual): CommendationOutcome {
  return { __typename: 'ReportInputRefused', message };
}

const shown = (text: string): string =>
  text
    .slice(0, 40)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '?');

function notFound(name: string): CommendationOutcome {
  const message = {
    zh: `没有 “${shown(name)}” 的报告或表扬，或当前账户无权查看。请核对机构、期次或标识。`,
    en: `No report or commendation "${shown(name)}" is visible to this account; check agency, period or id.`,
  };
  return { __typename: 'ReportNotFound', message };
}
