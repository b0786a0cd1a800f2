import type { Viewer } from '@gnomon/identity';
import type { Card, CardEvent } from '../src/card.ts';
import { catchUp } from '../src/follow.ts';
import { perform } from '../src/life/perform.ts';
import { historiesOf } from '../src/store/single-reads.ts';
import type { ActKind, CardState } from '../src/words.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, requestOf, viewerOf, type World } from './world.ts';

export const AGENCY = '11150105MB0000001A';
export const STAFF = viewerOf('AGENCY', { id: 'agency-1', post: 'STAFF', agency: AGENCY });
export const CHIEF = viewerOf('AGENCY', { id: 'chief-1', post: 'CHIEF', agency: AGENCY });
export const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
export const HOHHOT = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot', tier: 'LEAGUE', division: '1501' });
export const REGION = viewerOf('SUPERVISOR', { id: 'supervisor-region', tier: 'REGION', division: '15' });

/** Those who could try something with a card of the agency in Saihan; the chief of another agency sees no such card. */
export const PEOPLE = {
  STAFF,
  CHIEF,
  SAIHAN,
  HOHHOT,
  REGION,
  OTHER_CHIEF: viewerOf('AGENCY', { id: 'chief-2', post: 'CHIEF', agency: '11150105MB0000002B' }),
} as const satisfies Record<string, Viewer>;
export type Person = keyof typeof PEOPLE;

/** Those who may do nothing with it: the first two see it, the others do not. */
export const ONLOOKERS = {
  AUDITOR,
  PARTNER: viewerOf('PARTNER', { agency: AGENCY }),
  OTHER_BANNER: viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150121' }),
  OTHER_LEAGUE: viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1502' }),
} as const satisfies Record<string, Viewer>;

export const EVIDENCE = [{ name: '整改照片.pdf', sha256: 'a'.repeat(64), mediaType: 'application/pdf' }];

/** Acceptable input of each mutation on a card, without the card. */
export const INPUTS = {
  signCard: {},
  acceptCard: { note: '情况属实' },
  submitPlan: {
    content: '补办超期办件',
    measures: '增派人员，逐件清理',
    limitWorkdays: 5,
    responsible: '政务服务科科长',
  },
  approvePlan: {},
  returnPlan: { reason: '措施不够具体' },
  reportProgress: { text: '已清理三件', percent: 60 },
  askExtension: { workdays: 3, reason: '系统升级未完成' },
  decideExtension: { grant: true, reason: '同意延期' },
  reportResult: { text: '全部办结', evidence: EVIDENCE },
  sendBackResult: { reason: '佐证材料不足' },
  closeCard: { conclusion: '复核属实，予以销号' },
  reportFalseRectification: { finding: '现场核查并未整改', evidence: EVIDENCE },
  orderCard: { text: '请三日内办结并书面反馈', dueAt: '2026-03-20T18:00:00.000+08:00', to: 'AGENCY' },
  escalateCard: { reason: '多次督促无果' },
  cancelCard: { reason: '接口重复推送所致' },
  exemptCard: { documentNo: '内政函〔2026〕3号', from: '2026-03-01', to: '2026-03-31', reason: '自然灾害期间' },
} as const satisfies Record<string, object>;
export type MutationName = keyof typeof INPUTS;

/** What a mutation answers. */
export interface Answer {
  readonly __typename: string;
  readonly message?: { readonly zh: string; readonly en: string };
  readonly card?: { readonly id: string; readonly state: CardState };
}

/** Asks for one act through the graph. */
export async function act(
  world: World,
  viewer: Viewer,
  name: MutationName,
  card: string,
  input: object = INPUTS[name],
): Promise<Answer> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) {
    __typename ... on CardProblem { message { zh en } } ... on CardPayload { card { id state } } } }`;
  const data = await world.ask<Record<string, Answer>>(viewer, document, { input: { cardId: card, ...input } });
  return data[name]!;
}

let count = 0;
/** A card of a new subject, issued by its rule; gives its id. */
export async function issued(world: World, parts: Partial<Parameters<typeof signalOf>[0]> = {}): Promise<string> {
  const subject = `115:life-${(count += 1)}`;
  await say(world, { kind: 'ROSE', level: 'YELLOW', subject, ...parts });
  const [row] = await world.ports.database.sql<
    { id: string }[]
  >`select id from card where subject = ${subject} order by created_at desc, number desc limit 1`;
  return row!.id;
}

/** Who does what, one after another, from the issue to a state. */
type Step = readonly [Viewer, ActKind];
const TO_SIGNED: readonly Step[] = [[STAFF, 'SIGNED']];
const TO_ACCEPTED: readonly Step[] = [...TO_SIGNED, [CHIEF, 'ACCEPTED']];
const TO_APPEALED: readonly Step[] = [...TO_SIGNED, [CHIEF, 'APPEALED']];
const TO_PLANNED: readonly Step[] = [...TO_ACCEPTED, [CHIEF, 'PLAN_SUBMITTED']];
const TO_RECTIFYING: readonly Step[] = [...TO_PLANNED, [SAIHAN, 'PLAN_APPROVED']];
const TO_RESULT: readonly Step[] = [...TO_RECTIFYING, [CHIEF, 'RESULT_REPORTED']];
const PATHS: Readonly<Partial<Record<CardState, readonly Step[]>>> = {
  ISSUED: [],
  SIGNED: TO_SIGNED,
  ACCEPTED: TO_ACCEPTED,
  APPEALED: TO_APPEALED,
  SUSTAINED: [...TO_APPEALED, [SAIHAN, 'APPEAL_SUSTAINED']],
  REVOKED: [...TO_APPEALED, [SAIHAN, 'APPEAL_REVOKED']],
  DOWNGRADED: [...TO_APPEALED, [SAIHAN, 'APPEAL_DOWNGRADED']],
  PLANNED: TO_PLANNED,
  RECTIFYING: TO_RECTIFYING,
  RESULT_IN: TO_RESULT,
  CLOSED: [...TO_RESULT, [SAIHAN, 'CLOSED']],
  CANCELLED: [[SAIHAN, 'CANCELLED']],
  EXEMPTED: [[SAIHAN, 'EXEMPTED']],
};

/** A new card that has come to a state by acts, or by signals where no act leads there; gives its id. */
export async function cardIn(world: World, state: CardState): Promise<string> {
  const issue = state === 'DRAFT' || state === 'DECLINED' ? 'CONFIRM' : 'AUTO';
  const id = await issued(world, { issue });
  const { subject } = await read(world, id);
  if (state === 'SUPERSEDED')
    await say(world, { kind: 'ROSE', level: 'RED', previousLevel: 'YELLOW', subject, knownAt: 2 });
  if (state === 'WITHDRAWN')
    await say(world, { kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW', subject, knownAt: 2 });
  if (state === 'DECLINED') await step(world, id, SAIHAN, 'DECLINED');
  for (const [viewer, kind] of PATHS[state] ?? []) await step(world, id, viewer, kind);
  const found = await read(world, id);
  if (found.state !== state) throw new Error(`card ${id} should have come to ${state} and is ${found.state}`);
  return id;
}

/** A signal told and taken over, while all other parts rest: many cards are wanted. */
async function say(world: World, parts: Parameters<typeof signalOf>[0]): Promise<void> {
  await world.tell(signalOf(parts));
  await catchUp(world.ports, 'work-items');
}

async function step(world: World, id: string, viewer: Viewer, kind: ActKind): Promise<void> {
  const content = kind === 'PLAN_SUBMITTED' ? INPUTS.submitPlan : null;
  const outcome = await perform(world.ports, requestOf(viewer), { card: id, kind, reason: '测试办理', content });
  if (outcome.__typename !== 'CardPayload') throw new Error(`${kind}: ${outcome.message.en}`);
}

/** A card as it is kept. */
export async function read(
  world: World,
  id: string,
): Promise<Pick<Card, 'lane' | 'id' | 'state' | 'subject' | 'lastHash' | 'events'>> {
  const [row] = await world.ports.database.sql<
    Pick<Card, 'lane' | 'id' | 'state' | 'subject' | 'lastHash' | 'events'>[]
  >`select lane, id, state, subject, last_hash as "lastHash", events from card where id = ${id}`;
  return row!;
}

/** A card's history as it is kept. */
export async function historyOf(world: World, id: string): Promise<readonly CardEvent[]> {
  const card = await read(world, id);
  return world.ports.database.transaction((tx) => historiesOf(tx, [card]));
}
