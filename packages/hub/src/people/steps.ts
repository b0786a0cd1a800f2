import { createHash } from 'node:crypto';
import { TOUR, type TourActor } from '../tour/steps.ts';
import type { CardCast, PlayedCard } from './cast.ts';

const MINUTE_MS = 60_000;

/** What somebody does with a card in the state in which it is. */
export interface Step {
  readonly by: keyof CardCast;
  readonly document: string;
  readonly variables: object;
}

/** How many minutes people take before they act on a card in this state: from, to. Well within the limits of most. */
const TAKES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  DRAFT: [5, 120],
  ISSUED: [2, 45],
  SIGNED: [15, 360],
  ACCEPTED: [30, 600],
  SUSTAINED: [30, 600],
  APPEALED: [90, 1200],
  PLANNED: [10, 180],
  RECTIFYING: [120, 1800],
  RESULT_IN: [30, 600],
};

/** The states in which somebody has to act. */
export const STATES: readonly string[] = Object.keys(TAKES);

/** Of a hundred steps so many are forgotten for long: the limits of rules XX-01 to XX-06 run out over them. */
const FORGOTTEN_OF_100 = 4;
const FORGOTTEN_TIMES = 15;
const APPEALS_OF_100 = 10;
const DECLINED_OF_100 = 8;
const RETURNED_OF_100 = 5;
const REVOKED_OF_100 = 30;

/** After how many ms somebody acts on a card that has come to a state. The same for the same card and state; most are quick, few forget. */
export function delayOf({ id, state }: Pick<PlayedCard, 'id' | 'state'>): number {
  const [from, to] = TAKES[state] ?? [60, 600];
  const share = chance(id, `${state} when`) ** 2;
  const forgotten = percent(id, `${state} forgotten`) < FORGOTTEN_OF_100 ? FORGOTTEN_TIMES : 1;
  return (from + share * (to - from)) * forgotten * MINUTE_MS;
}

/** What is done next with a card; `null` when nobody has to act. `times`: how often something was done in this state before. */
export function stepFor(card: PlayedCard, times: number): Step | null {
  const { id, state } = card;
  switch (state) {
    case 'DRAFT':
      return percent(id, 'declined') < DECLINED_OF_100
        ? own('supervisor', card, 'declineCard', 'DeclineCardInput', { reason: '经核查，数据已由数源更正' })
        : own('supervisor', card, 'confirmCard', 'ConfirmCardInput', { note: '经核查属实' });
    case 'ISSUED':
      return tour(card, 'SIGNED', 'STAFF');
    case 'SIGNED':
      return percent(id, 'appeal') < APPEALS_OF_100
        ? own('chief', card, 'appealCard', 'AppealCardInput', {
            ...{ grounds: ['OTHER'], statement: '该事项因申请人原因延误，机构已书面说明，请予核查。' },
          })
        : tour(card, 'ACCEPTED', 'CHIEF');
    case 'ACCEPTED':
    case 'SUSTAINED':
      return tour(card, 'PLANNED', 'CHIEF');
    case 'PLANNED':
      return times === 0 && percent(id, 'returned') < RETURNED_OF_100
        ? own('supervisor', card, 'returnPlan', 'ReturnPlanInput', { reason: '措施不够具体，请写明责任分工' })
        : tour(card, 'RECTIFYING', 'SUPERVISOR');
    case 'RECTIFYING':
      return times === 0 ? tour(card, 'RECTIFYING', 'STAFF') : tour(card, 'RESULT_IN', 'CHIEF');
    case 'RESULT_IN':
      return tour(card, 'CLOSED', 'SUPERVISOR');
    case 'APPEALED':
      return decision(card);
    default:
      return null;
  }
}

const ACTORS: Readonly<Record<TourActor, keyof CardCast>> = {
  STAFF: 'staff',
  CHIEF: 'chief',
  SUPERVISOR: 'supervisor',
};

/** The very texts of the guided tour. */
function tour({ id }: PlayedCard, leadsTo: string, by: TourActor): Step {
  const step = TOUR.find((one) => one.leadsTo === leadsTo && one.by === by);
  if (step === undefined) throw new Error(`the tour has no step by ${by} that leads to ${leadsTo}`);
  return { by: ACTORS[by], document: step.document, variables: { card: id } };
}

function own(by: keyof CardCast, { id }: PlayedCard, name: string, type: string, input: object): Step {
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
  return { by, document, variables: { input: { cardId: id, ...input } } };
}

function decision({ id }: PlayedCard): Step {
  const revoked = percent(id, 'revoked') < REVOKED_OF_100;
  const input = {
    ...{ appealId: `${id}-1`, decision: revoked ? 'REVOKE' : 'SUSTAIN' },
    reason: revoked ? '经调取办件记录核查，机构所述属实。' : '经调取办件记录核查，机构所述与记录不符。',
    legalBasis: '《政务服务效能监督办法》第八条',
  };
  return {
    by: 'judge',
    document: 'mutation ($input: DecideAppealInput!) { decideAppeal(input: $input) { __typename } }',
    variables: { input },
  };
}

/** A number from 0 to 1 that hangs on the card and on what it is for, and on nothing else. */
function chance(id: string, what: string): number {
  return createHash('sha256').update(`${id} ${what}`).digest().readUInt32BE(0) / 2 ** 32;
}

const percent = (id: string, what: string): number => chance(id, what) * 100;
