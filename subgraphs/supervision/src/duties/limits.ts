import { constantOf, type Pack } from '@gnomon/rule-engine';
import type { CardLevel } from '../words.ts';

/** How much time each step of the loop has (时限), in working days unless its name says otherwise; by the level with which a card was issued. */
export interface LoopLimits {
  readonly signWorkdays: number;
  readonly signRedWorkHours: number;
  readonly answerWorkdays: Readonly<Record<CardLevel, number>>;
  readonly planWorkdays: Readonly<Record<CardLevel, number>>;
  readonly progressWorkdays: Readonly<Record<CardLevel, number>>;
  readonly observeWorkdays: Readonly<Record<CardLevel, number>>;
  readonly planCheckWorkdays: Readonly<Record<CardLevel, number>>;
  readonly secondAppealWorkdays: number;
  readonly confirmWorkHours: number;
  readonly appealWorkdays: number;
  readonly appealExtensionWorkdays: number;
  readonly reviewWorkdays: number;
  readonly reportWorkdays: number;
  readonly talkWorkdays: number;
}

const known = new WeakMap<Pack, LoopLimits | null>();

/**
 * The limits of a pack: the `constants` of rules/facts/card.yaml and rules/facts/duty.yaml. `null` for a pack that does not have both
 * dictionaries: it judges no deadlines.
 * @throws {RangeError} when a constant is missing or no number.
 */
export function loopLimits(pack: Pack): LoopLimits | null {
  const found = known.get(pack);
  if (found !== undefined) return found;
  const judged = ['card', 'duty'].every((kind) => pack.files.some(({ path }) => path.endsWith(`facts/${kind}.yaml`)));
  const from = (kind: string) => (name: string) => constantOf(pack, kind, name);
  const limits = judged ? limitsOf(from('card'), from('duty')) : null;
  known.set(pack, limits);
  return limits;
}

type Constant = (name: string) => number;

function limitsOf(card: Constant, duty: Constant): LoopLimits {
  const byLevel = (of: Constant, name: string) => ({
    YELLOW: of(`${name}YellowWorkdays`),
    RED: of(`${name}RedWorkdays`),
  });
  return {
    signWorkdays: card('signWorkdays'),
    signRedWorkHours: card('signRedWorkHours'),
    answerWorkdays: byLevel(card, 'answer'),
    planWorkdays: byLevel(card, 'plan'),
    progressWorkdays: byLevel(card, 'progress'),
    observeWorkdays: byLevel(card, 'observe'),
    secondAppealWorkdays: card('secondAppealWorkdays'),
    planCheckWorkdays: byLevel(duty, 'planCheck'),
    confirmWorkHours: duty('confirmWorkHours'),
    appealWorkdays: duty('appealWorkdays'),
    appealExtensionWorkdays: duty('appealExtensionWorkdays'),
    reviewWorkdays: duty('reviewWorkdays'),
    reportWorkdays: duty('reportWorkdays'),
    talkWorkdays: duty('talkWorkdays'),
  };
}
