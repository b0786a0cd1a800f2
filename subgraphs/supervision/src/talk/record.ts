import { isWithin, tierAbove, tierOf, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import type { LoopPorts } from '../duties/judged.ts';
import { TIER_NAMES } from '../life/actors.ts';
import { refusedText } from '../life/perform.ts';
import { notFound, type ReportOutcome } from '../reports/publish.ts';
import type { Report } from '../reports/report.ts';
import { reportForUpdate } from '../reports/store.ts';
import { insertTalk, judgedReports, talksOf } from './store.ts';
import { endTalk, TALK_RULE } from './talk.ts';

/** A talk that was held, as it is handed in. */
export interface TalkRecord {
  readonly reportId: string;
  /** In ms. */
  readonly heldAt: number;
  readonly conclusion: string;
  readonly minutesName: string;
  readonly minutesSha256: string;
}

/** What came of it; the names are GraphQL types. */
export type TalkOutcome = ReportOutcome | { readonly __typename: 'ReportInputRefused'; readonly message: Bilingual };

/**
 * Puts on record that the leader of an agency was talked with (约谈): the warning and the duty end. For the supervision body of the
 * agency's tier, or of the one above.
 */
export async function recordTalk(ports: LoopPorts, request: RequestContext, talk: TalkRecord): Promise<TalkOutcome> {
  const faulty = refuseInput(talk);
  if (faulty !== null) return faulty;
  return ports.database.transaction(async (tx) => {
    const report = await reportForUpdate(tx, talk.reportId);
    if (report === null || !isWithin(request.scope, { ...report, agency: null, source: null }))
      return notFound(talk.reportId);
    const notYours = refuseViewer(request.viewer!, report);
    if (notYours !== null) return notYours;
    const at = ports.time.now();
    const [judged] = await judgedReports(tx, [report.id]);
    const isRecorded = (await talksOf(tx, [report.id])).length > 0;
    const isDue = judged?.verdicts.some(({ rule, level }) => rule === TALK_RULE && level === 'WARNING') ?? false;
    const refused = isRecorded ? RECORDED : isDue ? refuseTime(talk, report, at) : notDue(report);
    if (refused !== null) return refused;
    const { conclusion, minutesName, minutesSha256, heldAt } = talk;
    const { lane, agency, division } = report;
    await insertTalk(tx, {
      ...{ lane, report: report.id, agency, division, heldAt, conclusion: conclusion.trim() },
      ...{ minutesName: minutesName.trim(), minutesSha256, recordedAt: at, recordedBy: request.viewer!.id },
    });
    await endTalk(ports, tx, report, judged!.facts, at);
    const detail = { period: report.period, minutes: minutesSha256 };
    await recordAct(tx, { kind: 'TALK_RECORDED', by: request.viewer!, at, about: report.id, detail });
    return { __typename: 'ReportPayload', report };
  });
}

function refuseInput({ conclusion, minutesName, minutesSha256 }: TalkRecord): TalkOutcome | null {
  const text =
    refusedText({ zh: '约谈结论', en: 'conclusion' }, conclusion, 4, 2000) ??
    refusedText({ zh: '约谈记录名称', en: 'name of the minutes' }, minutesName, 1, 200);
  if (text !== null) return { __typename: 'ReportInputRefused', message: text.message };
  if (/^[0-9a-f]{64}$/.test(minutesSha256)) return null;
  return inputRefused(
    `约谈记录的哈希应为 64 位小写十六进制，收到 ${minutesSha256.length} 个字符。`,
    `The SHA-256 of the minutes must be 64 lower-case hex digits; ${minutesSha256.length} characters came.`,
  );
}

function refuseTime({ heldAt }: TalkRecord, { producedAt }: Report, at: number): TalkOutcome | null {
  if (heldAt >= producedAt && heldAt <= at) return null;
  return inputRefused(
    `约谈时间应在报告生成（${iso(producedAt)}）之后、当前（${iso(at)}）之前，收到 ${iso(heldAt)}。`,
    `The talk must have been held between the making of the report (${iso(producedAt)}) and now (${iso(at)}); ${iso(heldAt)} came.`,
  );
}

function refuseViewer(viewer: Viewer, { division, period }: Report): TalkOutcome | null {
  const tier = tierOf(division);
  const isOurs = viewer.role === 'SUPERVISOR' && (viewer.tier === tier || viewer.tier === tierAbove(tier));
  if (isOurs) return null;
  const message = {
    zh: `${period} 的约谈由${TIER_NAMES[tier].zh}监督主体或其上一级记录，当前账户不是。`,
    en: `The talk of ${period} is recorded by the supervision body of the ${TIER_NAMES[tier].en} or the tier above; this account is not its staff.`,
  };
  return { __typename: 'ReportNotYours', message };
}

const RECORDED: TalkOutcome = {
  __typename: 'ReportStepRefused',
  message: {
    zh: '该季度的约谈已记录在案，不能再次记录。',
    en: 'The talk of this quarter is on record already; it is recorded once.',
  },
};

function notDue({ period }: Report): TalkOutcome {
  const message = {
    zh: `${period} 没有应约谈的提示（${TALK_RULE}）；只有季度反馈报告提示应约谈时才记录约谈。`,
    en: `No talk is due by the report of ${period} (${TALK_RULE}); talks are recorded where the report of a quarter made one due.`,
  };
  return { __typename: 'ReportStepRefused', message };
}

function inputRefused(zh: string, en: string): TalkOutcome {
  return { __typename: 'ReportInputRefused', message: { zh, en } };
}

const FIRST_YEAR = -62_135_596_800_000;
const LAST_YEAR = 253_402_300_799_999;
const iso = (instant: number): string => new Date(Math.min(LAST_YEAR, Math.max(FIRST_YEAR, instant))).toISOString();
