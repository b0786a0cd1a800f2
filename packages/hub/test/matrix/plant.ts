import type { Viewer } from '@gnomon/identity';
import { ROW_DOMAINS } from '../../src/domains.ts';
import { type Look, type PlantedAccess, plantAccess } from './plant-access.ts';
import type { PlantedRow } from './planted-rows.ts';
import { viewersAround } from './viewers.ts';

/*
 * What no season brings: what people do. Planted for two agencies in each of two divisions of different leagues, by everybody whose act it
 * is, so that of each kind something is the own, something the neighbour's and something from elsewhere.
 */

interface Report {
  readonly id: string;
  readonly period: string;
}

/** An agency with a report and work items, of which each act takes another. */
export interface Place {
  readonly row: PlantedRow;
  readonly report: Report;
  readonly items: readonly string[];
}

/** Does a mutation of a subgraph as a viewer. @throws {Error} with the answer when it is refused. */
export type Act = (
  subgraph: string,
  viewer: Viewer,
  mutation: string,
  input: object,
  selection: string,
) => Promise<Record<string, unknown>>;

/** By which the planting is done. */
export interface Hands {
  readonly act: Act;
  readonly look: Look;
  /** The reports of an agency, as a viewer sees them. */
  reportsOf(viewer: Viewer, agency: string): Promise<readonly Report[]>;
}

/** What was planted beside the tables: whose it is, no column says. */
export interface Planted {
  readonly rows: readonly PlantedRow[];
  readonly places: readonly Place[];
  readonly access: PlantedAccess;
  /** Exports by how far they have come, with who asked for them. */
  readonly exports: Readonly<Record<'requested' | 'approved', { readonly id: string; readonly by: Viewer }>>;
}

/** Month of the season whose report is published. */
const PERIOD = '2026-05';
/** Work items that an agency must have to be planted with. */
const ITEMS = 5;
const SHA = 'ab'.repeat(32);

/** Two agencies in each of two banners of different leagues: with work items enough, and a report. */
async function placesOf({ reportsOf }: Hands, rows: readonly PlantedRow[]): Promise<readonly Place[]> {
  const found: Place[] = [];
  const items = rows.filter(({ type, division }) => type === 'WorkItem' && division?.length === 6);
  for (const [division, own] of Map.groupBy(items, (row) => row.division!)) {
    if (found.some(({ row }) => row.division?.slice(0, 4) === division.slice(0, 4))) continue;
    const here: Place[] = [];
    for (const [agency, some] of Map.groupBy(own, (row) => row.agency)) {
      const { banner } = viewersAround(some[0]!);
      const reports = some.length < ITEMS ? [] : await reportsOf(banner!, agency);
      const report = reports.find(({ period }) => period === PERIOD);
      if (report === undefined || here.length === 2) continue;
      here.push({
        row: some[0]!,
        report,
        items: some
          .map(({ id }) => id)
          .sort()
          .slice(0, ITEMS),
      });
    }
    if (here.length === 2) found.push(...here);
    if (found.length === 4) return found;
  }
  throw new Error('the season has no two banners with two agencies of five work items and a report');
}

/** Plants everything; what it sets off is there after the hub has settled. */
export async function plant(hands: Hands, rows: readonly PlantedRow[]): Promise<Planted> {
  const { act } = hands;
  const places = await placesOf(hands, rows);
  const planted: PlantedRow[] = [];
  const exports: Partial<Record<'requested' | 'approved', { id: string; by: Viewer }>> = {};
  for (const [index, place] of places.entries()) {
    planted.push(...(await plantAppeals(act, place)));
    await plantRectification(act, place);
    await plantReports(act, place, index % 2 === 0);
    await plantNotices(act, place);
    if (index % 2 === 0) {
      const made = await plantExports(act, place);
      if (index === 0) Object.assign(exports, made);
      planted.push(...(await plantClues(act, place)));
      await plantOutage(act, place);
      await plantRuleText(act, place);
    }
  }
  await plantRefusedRows(act);
  const access = await plantAccess(act, hands.look, places);
  return { rows: [...planted, ...access.rows], places, access, exports: exports as Planted['exports'] };
}

/** A second person of the same body. */
const second = (viewer: Viewer): Viewer => ({ ...viewer, id: `${viewer.id}-2` });

async function issue(act: Act, { row, items }: Place, n: number): Promise<string> {
  const { banner } = viewersAround(row);
  const input = {
    ...{ subjectType: 'WorkItem', subjectId: items[n], indicator: 'WI-16', level: 'YELLOW' },
    ...{ agency: row.agency, division: row.division },
    ...{ messageZh: '抽查发现特别程序未附依据', messageEn: 'A spot check found no basis', reason: '抽查发现问题' },
  };
  const { card } = await act('supervision', second(banner!), 'issueCard', input, 'card { id }');
  return (card as { id: string }).id;
}

const GROUNDS = { grounds: ['OTHER'], statement: '该办件已按规定附具依据，请予核实。', document: '测政函〔2026〕3号' };
const DECIDED = { reason: '经核查情况属实，依法研判。', legalBasis: '《监督办法》第九条' };

/** Three cards with appeals: open in the first round, open in the second, and revoked. */
async function plantAppeals(act: Act, place: Place): Promise<readonly PlantedRow[]> {
  const { staff, chief, banner } = viewersAround(place.row);
  const raise = async (cardId: string): Promise<string> => {
    const { appeal } = await act('supervision', chief!, 'appealCard', { cardId, ...GROUNDS }, 'appeal { id }');
    return (appeal as { id: string }).id;
  };
  const decide = (appealId: string, decision: string) =>
    act('supervision', banner!, 'decideAppeal', { appealId, decision, ...DECIDED }, 'appeal { id }');
  const appeals: string[] = [];
  for (const [n, decision] of [null, 'SUSTAIN', 'REVOKE'].entries()) {
    const card = await issue(act, place, n);
    await act('supervision', staff!, 'signCard', { cardId: card }, 'card { id }');
    const first = await raise(card);
    appeals.push(first);
    if (decision !== null) await decide(first, decision);
    if (decision === 'SUSTAIN') appeals.push(await raise(card));
  }
  return appeals.map((id) => ({ ...place.row, domain: 'supervision', type: 'Appeal', id, number: null, source: null }));
}

/** A card whose result waits for its review, and one that nobody has signed. */
async function plantRectification(act: Act, place: Place): Promise<void> {
  const { staff, chief, banner } = viewersAround(place.row);
  const cardId = await issue(act, place, 3);
  const plan = { content: '补办超期办件', measures: '增派人员逐件清理', limitWorkdays: 5, responsible: '审批科科长' };
  const evidence = [{ name: '整改照片.pdf', sha256: SHA, mediaType: 'application/pdf' }];
  const step = (viewer: Viewer | null, mutation: string, input: object) =>
    act('supervision', viewer!, mutation, { cardId, ...input }, 'card { id }');
  await step(staff, 'signCard', {});
  await step(chief, 'acceptCard', { note: '情况属实' });
  await step(chief, 'submitPlan', plan);
  await step(banner, 'approvePlan', {});
  await step(staff, 'reportProgress', { text: '已清理三件，余两件', percent: 60 });
  await step(chief, 'askExtension', { workdays: 3, reason: '系统升级未完成' });
  await step(banner, 'decideExtension', { grant: true, reason: '同意延期' });
  await step(chief, 'reportResult', { text: '五件全部办结', evidence });
  await step(banner, 'orderCard', { text: '请三日内书面反馈', dueAt: '2026-07-10T18:00:00.000+08:00', to: 'AGENCY' });
  await issue(act, place, 4);
}

/** Reports that the season's months brought: of one agency of the two published and confirmed, with a commendation that is decided. */
async function plantReports(act: Act, { row, report }: Place, isDone: boolean): Promise<void> {
  const { chief, banner } = viewersAround(row);
  const own = { agency: row.agency, period: report.period, title: '示范窗口建设经验', evidence: [] };
  const proposal = { ...own, achievement: '压缩办理时限，群众满意率提高三个百分点。' };
  const { commendation } = await act('supervision', banner!, 'proposeCommendation', proposal, 'commendation { id }');
  if (!isDone) return;
  const input = { commendationId: (commendation as { id: string }).id, decision: 'COMMENDED', reason: '成效明显' };
  await act(
    'supervision',
    second(banner!),
    'decideCommendation',
    { ...input, publication: '通报表扬' },
    'commendation { id }',
  );
  await act('supervision', banner!, 'publishReport', { reportId: report.id }, 'report { id }');
  await act('supervision', chief!, 'confirmReport', { reportId: report.id }, 'report { id }');
}

async function plantNotices(act: Act, { row }: Place): Promise<void> {
  const { chief, banner } = viewersAround(row);
  const of = (post: string) => [{ post, channel: 'GOV_MESSAGE', address: `lianluo-${row.agency.slice(-6)}` }];
  const text = {
    kind: 'ISSUED',
    subject: { zh: '黄牌告知', en: 'A card' },
    body: { zh: '请处理 {card.number}', en: 'See {card.number}' },
  };
  const agency = { agency: row.agency };
  await act(
    'supervision',
    chief!,
    'setNoticeRecipients',
    { ...agency, recipients: of('CONTACT') },
    'recipients { id }',
  );
  await act('supervision', chief!, 'setNoticeTemplate', { ...agency, ...text }, 'template { kind }');
  const division = { division: row.division, recipients: of('SUPERVISOR') };
  await act('supervision', banner!, 'setNoticeRecipients', division, 'recipients { id }');
}

/** Three exports of the banner: waiting, approved, and declined by the tier above. */
async function plantExports(act: Act, { row }: Place): Promise<Planted['exports']> {
  const { banner, league } = viewersAround(row);
  const ask = async (): Promise<{ id: string; by: Viewer }> => {
    const input = { kind: 'CARDS', format: 'NDJSON', reason: '季度分析使用' };
    const answer = await act('supervision', banner!, 'requestExport', input, 'export { id }');
    return { id: (answer.export as { id: string }).id, by: banner! };
  };
  const [requested, approved, declined] = [await ask(), await ask(), await ask()];
  await act('supervision', league!, 'approveExport', { exportId: approved.id }, 'export { id }');
  await act('supervision', league!, 'declineExport', { exportId: declined.id, reason: '范围过大' }, 'export { id }');
  return { requested, approved };
}

/** A file that banner and league read, and one about the banner's own people, which the league alone reads. */
async function plantClues(act: Act, { row }: Place): Promise<readonly PlantedRow[]> {
  const { banner, league } = viewersAround(row);
  const open = async (by: Viewer, readers: readonly Viewer[], suspects: readonly string[]): Promise<PlantedRow> => {
    const input = {
      ...{ origin: 'COMPLAINT', offence: 'FAVOURITISM', legalBasis: '《监督办法》第十一条' },
      ...{ facts: '群众来信反映办件人员优亲厚友。', suspects, readers: readers.map(({ id }) => id) },
    };
    const { clue } = await act('supervision', by, 'openClue', input, 'clue { id }');
    const { id } = clue as { readonly id: string };
    const transfer = { clueId: id, body: 'DISCIPLINE', bodyName: '纪检监察组', receiptNo: '收2026-1' };
    await act('supervision', by, 'transferClue', transfer, 'clue { id }');
    const named = [by.id, ...readers.map((one) => one.id)].filter((one) => !suspects.includes(one));
    return { ...row, domain: 'supervision', type: 'Clue', id, number: null, agency: '', source: null, named };
  };
  return [await open(banner!, [league!], ['somebody']), await open(league!, [], [banner!.id])];
}

/** Days of the season on which the platform was out in the division, and an outage that lasts. */
async function plantOutage(act: Act, { row }: Place): Promise<void> {
  const window = { from: '2026-05-11T00:00:00.000+08:00', to: '2026-05-30T00:00:00.000+08:00' };
  const input = {
    ...{ kind: 'PLATFORM', division: row.division, ...window, document: '测政数函〔2026〕5号' },
    ...{ reasonZh: '平台升级停机', reasonEn: 'The platform was upgraded' },
  };
  const { banner } = viewersAround(row);
  await act('supervision', banner!, 'declareOutage', input, 'outage { id }');
  const lasting = { ...input, from: '2026-06-30T08:00:00.000+08:00', to: null };
  await act('supervision', banner!, 'declareOutage', lasting, 'outage { id }');
}

async function plantRuleText(act: Act, { row }: Place): Promise<void> {
  const head = `id: strict-${row.division}\nrule: WI-03\nissuer: { zh: 旗, en: Banner }\ndocument: 文一号\n`;
  const text = `${head}division: "${row.division}"\nfrom: 2027-01-01\ntighten: { redWorkdays: 1 }\n`;
  const about = { document: '测政数发〔2026〕1号', contact: '监督科 0470-0000000', note: '本旗从严' };
  const input = { kind: 'OVERLAY', text, ...about };
  await act('registry', viewersAround(row).banner!, 'proposeRuleText', input, 'ruleText { id }');
}

/** A row in each domain from each of two sources that no domain can take. */
async function plantRefusedRows(act: Act): Promise<void> {
  for (const [domain, { push }] of Object.entries(ROW_DOMAINS)) {
    for (const source of ['115', '116']) {
      const viewer: Viewer = { ...NOBODY, id: `source-${source}`, sources: [source] };
      const rows = [{ table: 'nowhere', columns: { row_guid: `G-${source}`, data_source: source, cd_operation: 'I' } }];
      await act(domain, viewer, push, { batchId: `planted-${source}`, rows }, 'batchId');
    }
  }
}
const NOBODY: Viewer = {
  ...{ id: '', name: { zh: '数源', en: 'Source' }, role: 'SOURCE', tier: null, agency: null, division: null },
  ...{ sources: [], purpose: null, expiresAt: Number.MAX_SAFE_INTEGER },
};
