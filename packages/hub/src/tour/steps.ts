/** Who takes a step of the tour: an account of the card's agency, or of the supervision body that has the card. */
export type TourActor = 'STAFF' | 'CHIEF' | 'SUPERVISOR';

/** A step of the tour, as it stands in the README: one text that anybody can paste, with the card's id for `$card`. */
export interface TourStep {
  readonly by: TourActor;
  readonly zh: string;
  readonly en: string;
  readonly document: string;
  /** The state in which the card is afterwards. */
  readonly leadsTo: string;
}

/** What is asked of the card after each step. */
const SHOWN = '{ ... on CardPayload { card { state } } ... on CardProblem { message { zh en } } }';

/** The loop of a card behind its issue, one act after another. */
export const TOUR: readonly TourStep[] = [
  {
    by: 'STAFF',
    zh: '机构工作人员签收',
    en: 'the staff of the agency signs',
    document: `mutation ($card: ID!) { signCard(input: { cardId: $card }) ${SHOWN} }`,
    leadsTo: 'SIGNED',
  },
  {
    by: 'CHIEF',
    zh: '首席代表认领',
    en: 'its chief representative accepts',
    document: `mutation ($card: ID!) { acceptCard(input: { cardId: $card, note: "情况属实" }) ${SHOWN} }`,
    leadsTo: 'ACCEPTED',
  },
  {
    by: 'CHIEF',
    zh: '提交整改方案，漏填责任人，平台当即退回',
    en: 'a plan that names nobody is returned by the hub at once',
    document: `mutation ($card: ID!) {
  submitPlan(input: { cardId: $card, content: "补办超期办件", measures: "增派人员，逐件清理", limitWorkdays: 5 }) ${SHOWN}
}`,
    leadsTo: 'ACCEPTED',
  },
  {
    by: 'CHIEF',
    zh: '补齐四要素后重新提交',
    en: 'the plan with all four elements',
    document: `mutation ($card: ID!) {
  submitPlan(input: { cardId: $card, content: "补办超期办件", measures: "增派人员，逐件清理", limitWorkdays: 5, responsible: "审批科科长" }) ${SHOWN}
}`,
    leadsTo: 'PLANNED',
  },
  {
    by: 'SUPERVISOR',
    zh: '监督主体审核通过，整改开始计时',
    en: 'the supervision body approves; the time limit runs',
    document: `mutation ($card: ID!) { approvePlan(input: { cardId: $card }) ${SHOWN} }`,
    leadsTo: 'RECTIFYING',
  },
  {
    by: 'STAFF',
    zh: '反馈整改进度',
    en: 'progress is reported',
    document: `mutation ($card: ID!) { reportProgress(input: { cardId: $card, text: "已清理三件，余两件明日办结", percent: 60 }) ${SHOWN} }`,
    leadsTo: 'RECTIFYING',
  },
  {
    by: 'CHIEF',
    // The hash is that of the text 整改照片: `printf 整改照片 | sha256sum`.
    zh: '报送整改结果，附佐证材料哈希',
    en: 'the result, with the hash of its evidence',
    document: `mutation ($card: ID!) {
  reportResult(input: { cardId: $card, text: "五件全部办结", evidence: [
    { name: "整改照片.txt", mediaType: "text/plain", sha256: "d1e81de7e9d99eecf4d1e96249c5bba00428b45a53e4de907e30b5ebc1242d4e" }] }) ${SHOWN}
}`,
    leadsTo: 'RESULT_IN',
  },
  {
    by: 'SUPERVISOR',
    zh: '复核销号',
    en: 'the result is reviewed, and the card closed',
    document: `mutation ($card: ID!) { closeCard(input: { cardId: $card, conclusion: "复核属实，予以销号" }) ${SHOWN} }`,
    leadsTo: 'CLOSED',
  },
];

/** Cards that the tour can take: issued, and not about a card. */
export const FIND_CARDS = `query ($agencies: [ID!]) {
  cards(filter: { state: [ISSUED], agency: $agencies }, first: 50) { nodes { id number domain level agency { uscc } division { code } message { zh en } } }
}`;

/** Where nothing is open, a supervisor issues the card of the tour by hand. */
export const ISSUE_BY_HAND = `mutation ($subject: ID!, $agency: ID!, $division: ID!) {
  issueCard(input: { subjectType: "WorkItem", subjectId: $subject, indicator: "WI-16", level: YELLOW, agency: $agency, division: $division,
    messageZh: "抽查发现特别程序未附依据", messageEn: "A spot check found a special procedure without its basis", reason: "演示闭环全流程" }) {
    __typename ... on CardProblem { message { zh en } }
    ... on CardPayload { card { id number domain level agency { uscc } division { code } message { zh en } } } }
}`;

/** What is told of the card at the end: its rectification, and its history with the chain of hashes. */
export const TELL_CARD = `query ($card: ID!) {
  card(id: $card) { rectification { limitWorkdays dueOn results { evidence { name sha256 } } } history { sequence kind by at hash } }
}`;
