import { ROW_DOMAINS } from '../../src/domains.ts';

const SHA = 'ab'.repeat(32);
const EVIDENCE = [{ name: '整改照片.pdf', sha256: SHA, mediaType: 'application/pdf' }];
const REASON = '依据规定核查后的说明文字';
const TEXT = (division: string) =>
  `id: example-${division}\nrule: WI-03\nissuer: { zh: 旗, en: Banner }\ndocument: 文一号\ndivision: "${division}"\nfrom: 2027-01-01\ntighten: { redWorkdays: 1 }\n`;
const ABOUT = { document: '测政数发〔2026〕9号', contact: '监督科 0470-0000000', note: '本旗从严' };
const DECIDED = { reason: '经核查情况属实，依法研判。', legalBasis: '《监督办法》第九条' };
const DAYS = [{ date: '2027-01-01', name: '元旦', off: true }];
/** A division in which none of those who ask is at home. */
const ELSEWHERE = '150781';

/**
 * Arguments that a door is asked with beside an id, where the least that its types accept is not enough: `{id}` stands for the id. A mutation
 * that says of the least only that it is no good input fails the matrix until its full input stands here.
 */
export const GIVEN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'registry Query.division': { code: '1501' },
  'registry Query.supervisionBody': { division: '1501' },
  'registry Query.rulesInForce': { division: '1501' },
  'registry Query.indicator': { id: 'WI-03' },
  'registry _entities.Division': { code: '1501' },
  'registry _entities.Place': { id: 'nowhere' },
  'registry _entities.Indicator': { id: 'WI-03' },
  ...pushes('nobody'),
  'registry Mutation.proposeRuleText': { input: { kind: 'OVERLAY', text: TEXT(ELSEWHERE), ...ABOUT } },
  'registry Mutation.proposeRepeal': { input: { path: 'base/WI-07.yaml', ...ABOUT } },
  'registry Mutation.proposeCalendarNotice': {
    input: {
      year: 2027,
      papers: ['https://www.gov.cn/notice'],
      days: DAYS,
      ...ABOUT,
    },
  },
  'registry Mutation.consultRuleText': { input: { id: '{id}', consultation: '征求了十家机构意见，均无异议。' } },
  'work-items _entities.CitizenClock': { id: 'nowhere' },
  'work-items Query.stepDeadlines': { source: '115' },
  'supervision _entities.CitizenClock': { id: 'nowhere' },
  'supervision _entities.AgencyIndicator': { id: 'nowhere' },
  'supervision _entities.SupervisorDay': { id: 'nowhere' },
  'supervision _entities.Duty': { id: 'nowhere' },
  'supervision Query.commendationEligibility': { period: '2026-05' },
  'supervision Query.noticeSettings': { agency: '{id}' },
  'supervision Mutation.reportResult': { input: { cardId: '{id}', text: '五件全部办结', evidence: EVIDENCE } },
  'supervision Mutation.submitPlan': {
    input: {
      cardId: '{id}',
      content: '补办超期办件',
      measures: '增派人员逐件清理',
      limitWorkdays: 5,
      responsible: '审批科科长',
    },
  },
  'supervision Mutation.orderCard': {
    input: { cardId: '{id}', text: '请三日内书面反馈', dueAt: '2026-07-10T18:00:00.000+08:00', to: 'AGENCY' },
  },
  'supervision Mutation.exemptCard': {
    input: {
      cardId: '{id}',
      documentNo: '测政函〔2026〕3号',
      from: '2026-04-01',
      to: '2026-07-31',
      reason: '自然灾害期间',
    },
  },
  'supervision Mutation.issueCard': {
    input: {
      ...{ subjectType: 'WorkItem', subjectId: '{id}', indicator: 'WI-20', level: 'YELLOW' },
      ...{ agency: '11150781905220390R', division: ELSEWHERE },
      ...{ messageZh: '抽查发现问题', messageEn: 'A spot check found something', reason: '抽查发现问题' },
    },
  },
  'supervision Mutation.appealCard': {
    input: { cardId: '{id}', grounds: ['OTHER'], statement: '该办件已按规定附具依据，请予核实。' },
  },
  'supervision Mutation.decideAppeal': { input: { appealId: '{id}', decision: 'SUSTAIN', ...DECIDED } },
  'supervision Mutation.extendAppealDecision': { input: { appealId: '{id}', reason: '案情复杂，需要现场核查。' } },
  'supervision Mutation.declareOutage': {
    input: {
      ...{ kind: 'PLATFORM', division: ELSEWHERE, document: '测政数函〔2026〕6号' },
      ...{ from: '2026-05-11T00:00:00.000+08:00', to: '2026-05-12T00:00:00.000+08:00' },
      ...{ reasonZh: '平台升级停机', reasonEn: 'The platform was upgraded' },
    },
  },
  'supervision Mutation.endOutage': { input: { outageId: '{id}', at: '2026-06-30T12:00:00.000+08:00' } },
  'supervision Mutation.addToClue': { input: { clueId: '{id}', facts: '补充群众来信一封。' } },
  'supervision Mutation.recordClueOutcome': {
    input: { clueId: '{id}', transfer: 1, receiptNo: '收2026-1', outcome: '已立案调查' },
  },
  'supervision Mutation.setNoticeRecipients': {
    input: { agency: '{id}', recipients: [{ post: 'CONTACT', channel: 'GOV_MESSAGE', address: 'lianluo-9' }] },
  },
  'supervision Mutation.setNoticeTemplate': {
    input: {
      agency: '{id}',
      kind: 'ISSUED',
      subject: { zh: '告知', en: 'A card' },
      body: { zh: '请处理', en: 'See to it' },
    },
  },
  'supervision Mutation.recordTalk': {
    input: {
      ...{ reportId: '{id}', heldAt: '2026-06-30T10:00:00.000+08:00', conclusion: '已约谈主要负责人。' },
      ...{ minutesName: '约谈记录.pdf', minutesSha256: SHA },
    },
  },
  'supervision Mutation.proposeCommendation': {
    input: {
      ...{ agency: '{id}', period: '2026-05', title: '示范窗口建设经验', evidence: [] },
      achievement: '压缩办理时限，群众满意率提高三个百分点。',
    },
  },
  'supervision Mutation.decideCommendation': {
    input: { commendationId: '{id}', decision: 'REFUSED', reason: REASON },
  },
};

/**
 * The same about something of the asker's own, where that is more than another id: `{source}` is the asker's, `{agency}` and `{division}` are
 * the thing's.
 */
export const OWN: typeof GIVEN = {
  ...pushes('{source}'),
  'registry Mutation.proposeRuleText': { input: { kind: 'OVERLAY', text: TEXT('{division}'), ...ABOUT } },
  'supervision Mutation.issueCard': {
    input: {
      ...{ subjectType: 'WorkItem', subjectId: '{id}', indicator: 'WI-20', level: 'YELLOW' },
      ...{ agency: '{agency}', division: '{division}' },
      ...{ messageZh: '抽查发现问题', messageEn: 'A spot check found something', reason: '抽查发现问题' },
    },
  },
};

/** Rows of one source for every domain. */
function pushes(source: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const rows = [{ table: 'nowhere', columns: { row_guid: 'G', data_source: source, cd_operation: 'I' } }];
  const of = Object.entries(ROW_DOMAINS).map(([domain, { push }]) => [
    `${domain} Mutation.${push}`,
    { input: { batchId: 'b', source, rows } },
  ]);
  return Object.fromEntries(of);
}
