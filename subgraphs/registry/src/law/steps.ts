import type { Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import { startOfDate } from '../china-date.ts';
import type { RegistryContext } from '../context.ts';
import {
  lockText,
  publishedTexts,
  textById,
  writeConsultation,
  writePublication,
  writeWithdrawal,
} from '../store/rule-texts.ts';
import { type LawAct, tellLaw } from './acts.ts';
import { answersFor, publishingDivision } from './lawmaker.ts';
import { proofOf } from './proof.ts';
import { textsInForce } from './propose.ts';
import {
  faulty,
  inputRefused,
  type LawRefusal,
  notFound,
  notYours,
  samePerson,
  stateRefused,
  tooSoon,
} from './refusals.ts';
import { needsConsultation, type RuleText, type RuleTextState, stateOf } from './rule-text.ts';
import { textRefused } from './text-input.ts';
import { earliestForce } from './waiting.ts';

/** Records that the bodies concerned were heard, and what came of it. */
export async function consultText(
  context: RegistryContext,
  viewer: Viewer,
  { id, consultation }: { readonly id: string; readonly consultation: string },
): Promise<RuleText | LawRefusal> {
  const refused = textRefused('consultation', consultation);
  if (refused !== null) return refused;
  return step(context, viewer, id, {
    act: 'CONSULTED',
    words: { zh: '征求意见', en: 'consulted on' },
    from: ['DRAFT'],
    division: ({ division }) => division,
    write: async (tx, _text, at) => {
      await writeConsultation(tx, id, { at, by: viewer.id, consultation });
      return null;
    },
  });
}

/** Publishes a text from a day on: another person than its author, and proved again among what holds by then. */
export async function publishText(
  context: RegistryContext,
  viewer: Viewer,
  { id, inForceOn }: { readonly id: string; readonly inForceOn: string | null },
): Promise<RuleText | LawRefusal> {
  const { calendar } = context.rules.current();
  return step(context, viewer, id, {
    act: 'PUBLISHED',
    words: { zh: '发布', en: 'published' },
    from: ['DRAFT', 'CONSULTED'],
    division: ({ kind, division }) => publishingDivision(kind, division),
    write: async (tx, text, at) => {
      if (text.consultedAt === null && needsConsultation(text))
        return stateRefused(id, 'DRAFT', { zh: '发布', en: 'published' }, 'CONSULTED');
      if (text.proposedBy === viewer.id) return samePerson(id);
      const earliest = earliestForce(text, calendar, at);
      const inForceAt = inForceOn === null ? earliest : Math.max(startOfDate(inForceOn), dayIsToday(inForceOn, at));
      if (inForceAt < earliest) return tooSoon(earliest);
      if (inForceAt > startOfDate('2100-01-01'))
        return inputRefused('inForceOn', '应在 2100 年之前。', 'a day before 2100 was expected.');
      const before = (await publishedTexts(tx)).filter((one) => one.inForceAt! > at && one.inForceAt! <= inForceAt);
      const problems = proofOf(textsInForce(context), before, text);
      if (problems.length > 0) return faulty(problems);
      await writePublication(tx, id, { at, by: viewer.id, inForceAt });
      return null;
    },
  });
}

/** Ends a text that was not published. */
export async function withdrawText(
  context: RegistryContext,
  viewer: Viewer,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<RuleText | LawRefusal> {
  const refused = textRefused('reason', reason);
  if (refused !== null) return refused;
  return step(context, viewer, id, {
    act: 'WITHDRAWN',
    words: { zh: '撤回', en: 'withdrawn' },
    from: ['DRAFT', 'CONSULTED'],
    division: ({ division }) => division,
    write: async (tx, _text, at) => {
      await writeWithdrawal(tx, id, { at, by: viewer.id, reason });
      return null;
    },
  });
}

interface Step {
  readonly act: LawAct;
  readonly words: Bilingual;
  readonly from: readonly RuleTextState[];
  division(text: RuleText): string;
  write(tx: Transaction, text: RuleText, at: Instant): Promise<LawRefusal | null>;
}

/** One act on one text: visible, of the viewer's tier, in a state that allows it; with its entries in one transaction. */
async function step(
  { database, scope, time }: RegistryContext,
  viewer: Viewer,
  id: string,
  { act, words, from, division, write }: Step,
): Promise<RuleText | LawRefusal> {
  if (!/^LAW-\d{1,9}$/.test(id) || (await database.asViewer(scope, (tx) => textById(tx, id))) === null)
    return notFound(id);
  return database.transaction(async (tx) => {
    const text = (await lockText(tx, id))!;
    const at = time.now();
    const owner = division(text);
    if (!answersFor(viewer, owner)) return notYours(owner, { zh: words.zh, en: `To have it ${words.en}` });
    const state = stateOf(text, at);
    if (!from.includes(state)) return stateRefused(id, state, words, from.join(' / '));
    const refused = await write(tx, text, at);
    if (refused !== null) return refused;
    const done = (await textById(tx, id))!;
    await tellLaw(tx, act, done, { viewer, at });
    return done;
  });
}

/** A text that may hold at once and names the present day holds from now on, not from a midnight that has passed. */
function dayIsToday(date: string, now: Instant): Instant {
  const start = startOfDate(date);
  return start <= now && now < start + 86_400_000 ? now : start;
}
