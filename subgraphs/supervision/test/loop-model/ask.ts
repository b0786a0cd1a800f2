import { type DocumentNode, parse } from 'graphql';
import { EVIDENCE, INPUTS } from '../life-world.ts';
import { requestOf } from '../world.ts';
import { planOf } from './attempt.ts';
import { CLAIMS } from './claims.ts';
import type { Deed, Try } from './lines.ts';
import { PEOPLE, type Person } from './people.ts';
import type { LoopWorld } from './world.ts';

/** What a request answered: the name of the member of the union, or the code of an error. */
export async function ask(
  world: LoopWorld,
  person: Person,
  mutation: string,
  input: object,
  type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`,
): Promise<string> {
  const document = documentOf(mutation, type);
  const context = requestOf(PEOPLE[person]);
  const { data, errors } = await world.hosted().execute({ document, variables: { input }, context });
  if (errors !== undefined) return String(errors[0]?.extensions?.code ?? errors[0]);
  return (data as { done: { __typename: string } }).done.__typename;
}

const documents = new Map<string, DocumentNode>();

function documentOf(mutation: string, type: string): DocumentNode {
  let found = documents.get(mutation);
  if (found === undefined) {
    found = parse(`mutation ($input: ${type}!) { done: ${mutation}(input: $input) { __typename } }`);
    documents.set(mutation, found);
  }
  return found;
}

/** Tries something with a card through the graph. `rounds`: how many appeals it has had. */
export function tryDeed(world: LoopWorld, person: Person, card: string, deed: Deed, rounds: number): Promise<string> {
  const [mutation, input] = REQUESTS[deed.kind](deed, world.time.now());
  const about = APPEALED.has(deed.kind) ? { appealId: `${card}-${Math.max(1, rounds)}` } : { cardId: card };
  return ask(world, person, mutation, { ...about, ...input, ...(deed.isBad ? BAD[mutation] : {}) });
}

const APPEALED = new Set<Try>(['APPEAL_EXTENDED', 'APPEAL_SUSTAINED', 'APPEAL_REVOKED', 'APPEAL_DOWNGRADED']);
const REASON = '经核查，情况属实，予以认定';
const DEVIATION = '所主张的办结时间没有佐证，不予采信';
const decide =
  (decision: string): Request =>
  ({ isExplained }) => [
    'decideAppeal',
    {
      ...{ decision, reason: REASON, legalBasis: '《政务服务效能监督办法》第八条' },
      ...(isExplained ? { deviationReason: DEVIATION } : {}),
    },
  ];
type Request = (deed: Deed, now: number) => readonly [mutation: string, input: object];
const plain =
  (mutation: keyof typeof INPUTS, more: object = {}): Request =>
  () => [mutation, { ...INPUTS[mutation], ...more }];

const REQUESTS: Readonly<Record<Try, Request>> = {
  CONFIRMED: () => ['confirmCard', {}],
  DECLINED: () => ['declineCard', { reason: '证据不足，不予发牌' }],
  SIGNED: plain('signCard'),
  ACCEPTED: plain('acceptCard'),
  APPEALED: ({ claim }) => [
    'appealCard',
    {
      ...{
        grounds: [claim === null ? 'FORCE_MAJEURE' : 'CLOCK_ERROR'],
        statement: '当日全区停电，无法办理业务，请予核查',
      },
      contested:
        claim === null
          ? []
          : [
              {
                path: ['promise'],
                value: { stopped: CLAIMS[claim] },
                evidence: { name: '办结通知书.pdf', sha256: 'b'.repeat(64) },
              },
            ],
    },
  ],
  APPEAL_EXTENDED: () => ['extendAppealDecision', { reason: REASON }],
  APPEAL_SUSTAINED: decide('SUSTAIN'),
  APPEAL_REVOKED: decide('REVOKE'),
  APPEAL_DOWNGRADED: decide('DOWNGRADE'),
  PLAN_SUBMITTED: (deed) => ['submitPlan', { ...planOf(deed) }],
  INCOMPLETE_PLAN: (deed) => ['submitPlan', { ...planOf(deed) }],
  PLAN_RETURNED: plain('returnPlan'),
  PLAN_APPROVED: plain('approvePlan'),
  PROGRESS_REPORTED: plain('reportProgress'),
  EXTENSION_ASKED: ({ days }) => ['askExtension', { ...INPUTS.askExtension, workdays: days }],
  EXTENSION_GRANTED: plain('decideExtension'),
  EXTENSION_REFUSED: plain('decideExtension', { grant: false }),
  RESULT_REPORTED: plain('reportResult', { evidence: EVIDENCE }),
  RESULT_SENT_BACK: plain('sendBackResult'),
  CLOSED: plain('closeCard'),
  FALSE_REPORT_FOUND: plain('reportFalseRectification'),
  ESCALATED: plain('escalateCard'),
  ORDERED: ({ isOdd }, now) => [
    'orderCard',
    {
      ...INPUTS.orderCard,
      dueAt: new Date(now + 86_400_000).toISOString(),
      to: isOdd ? 'SUPERVISION_BODY' : 'AGENCY',
    },
  ],
  CANCELLED: plain('cancelCard'),
  EXEMPTED: ({ isOdd }) => [
    'exemptCard',
    { ...INPUTS.exemptCard, from: '2020-01-01', to: isOdd ? '2020-01-02' : '2030-12-31' },
  ],
};

/** Input that is no good whatever the card: too short, none, or with control characters. */
const NOTE = { note: '情况\u0001属实' };
const SHORT = { reason: '不' };
const BAD: Readonly<Record<string, object>> = {
  ...{ confirmCard: NOTE, signCard: NOTE, acceptCard: NOTE, approvePlan: NOTE, declineCard: SHORT },
  ...{ appealCard: { statement: '不服' }, extendAppealDecision: SHORT, decideAppeal: SHORT },
  ...{ submitPlan: { content: '补\u0002' }, returnPlan: SHORT, reportProgress: { text: ' ' } },
  ...{ askExtension: { workdays: 0 }, decideExtension: { reason: '不', grant: false }, reportResult: { evidence: [] } },
  ...{ sendBackResult: SHORT, closeCard: { conclusion: '' }, reportFalseRectification: { finding: '假' } },
  ...{ orderCard: { text: '快' }, escalateCard: SHORT, cancelCard: SHORT, exemptCard: { documentNo: '' } },
};
