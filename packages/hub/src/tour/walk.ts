import type { Account } from '@gnomon/identity';
import { FIND_CARDS, ISSUE_BY_HAND, TELL_CARD, TOUR, type TourActor } from './steps.ts';

/** Asks the hub as one of the accounts. @throws {Error} when it answers with errors. */
export type AskAs = <Data>(account: string, query: string, variables: object) => Promise<Data>;

interface TourCard {
  readonly id: string;
  readonly number: string;
  readonly domain: string;
  readonly level: string;
  readonly agency: { readonly uscc: string };
  readonly division: { readonly code: string };
  readonly message: { readonly zh: string; readonly en: string };
}
interface Answer {
  readonly message?: { readonly zh: string; readonly en: string };
  readonly card?: { readonly number: string; readonly state: string };
}
interface Told {
  readonly card: {
    readonly rectification: { readonly limitWorkdays: number; readonly dueOn: string | null };
    readonly history: readonly {
      readonly sequence: number;
      readonly kind: string;
      readonly by: string;
      readonly at: string;
      readonly hash: string;
    }[];
  };
}

/** An agency that has accounts, and the account of the supervision body of its place. */
interface Cast extends Readonly<Record<TourActor, string>> {
  readonly uscc: string;
}

/**
 * Walks an open card of the demonstration through its whole life, each step by the account whose act it is, and says each step in both
 * languages. Where no card is open, the supervision body issues one by hand.
 * @throws {Error} naming the step that was refused, with the refusal's own words.
 */
export async function walkTour(
  accounts: readonly Account[],
  divisionOf: ReadonlyMap<string, string>,
  ask: AskAs,
  print: (line: string) => void,
): Promise<void> {
  const casts = castsOf(accounts, divisionOf);
  const { card, cast } = (await findCard(casts, ask)) ?? (await issueCard(casts, divisionOf, ask));
  print(`牌 Card ${card.number} ${card.level}（机构 agency ${cast.uscc}）\n  ${card.message.zh}\n  ${card.message.en}`);
  for (const [index, { by, zh, en, document, leadsTo }] of TOUR.entries()) {
    const data = await ask<Record<string, Answer>>(cast[by], document, { card: card.id });
    const answer = Object.values(data)[0]!;
    const state = answer.card?.state;
    if (state !== leadsTo)
      throw new Error(
        `第 ${index + 1} 步未能办理（${zh}）：${answer.message?.zh ?? state}\nStep ${index + 1} did not go through (${en}): ${answer.message?.en ?? state}`,
      );
    print(`${index + 1}. ${zh} · ${en}\n   ${cast[by]} → ${state}`);
  }
  await tell(card, cast, ask, print);
}

function castsOf(accounts: readonly Account[], divisionOf: ReadonlyMap<string, string>): readonly Cast[] {
  const supervisors = accounts.filter(({ role }) => role === 'SUPERVISOR');
  const of = (uscc: string, post: 'CHIEF' | 'STAFF') =>
    accounts.find((one) => one.role === 'AGENCY' && one.agency === uscc && one.post === post)?.id;
  return [...divisionOf].flatMap(([uscc, division]) => {
    const supervisor = supervisors.find((one) => one.division === division)?.id;
    const [staff, chief] = [of(uscc, 'STAFF'), of(uscc, 'CHIEF')];
    if (supervisor === undefined || staff === undefined || chief === undefined) return [];
    return [{ uscc, STAFF: staff, CHIEF: chief, SUPERVISOR: supervisor }];
  });
}

/** An issued card of one of these agencies that is not itself about a card. */
async function findCard(casts: readonly Cast[], ask: AskAs): Promise<{ card: TourCard; cast: Cast } | null> {
  for (const [supervisor, mine] of Map.groupBy(casts, ({ SUPERVISOR }) => SUPERVISOR)) {
    const found = await ask<{ cards: { nodes: readonly TourCard[] } }>(supervisor, FIND_CARDS, {
      agencies: mine.map(({ uscc }) => uscc),
    });
    const card = found.cards.nodes.find(({ domain }) => domain !== 'LOOP');
    if (card !== undefined) return { card, cast: mine.find(({ uscc }) => uscc === card.agency.uscc)! };
  }
  return null;
}

async function issueCard(
  casts: readonly Cast[],
  divisionOf: ReadonlyMap<string, string>,
  ask: AskAs,
): Promise<{ card: TourCard; cast: Cast }> {
  const [cast] = casts;
  if (cast === undefined)
    throw new Error('没有可演示的机构账号 No agency of the demonstration has accounts for the tour.');
  const place = { agency: cast.uscc, division: divisionOf.get(cast.uscc)! };
  const subject = `tour:${new Date().toISOString()}`;
  const { issueCard: answer } = await ask<{ issueCard: { card?: TourCard; message?: { zh: string; en: string } } }>(
    cast.SUPERVISOR,
    ISSUE_BY_HAND,
    { subject, ...place },
  );
  if (answer.card === undefined) throw new Error(`${answer.message?.zh}\n${answer.message?.en}`);
  return { card: answer.card, cast };
}

async function tell({ id }: TourCard, cast: Cast, ask: AskAs, print: (line: string) => void): Promise<void> {
  const { card } = await ask<Told>(cast.CHIEF, TELL_CARD, { card: id });
  const { limitWorkdays, dueOn } = card.rectification;
  print(`整改时限 time limit ${limitWorkdays} 个工作日 working days，截止 last day ${dueOn}`);
  print('牌历史（每条的哈希覆盖前一条） Its history; each hash covers the entry before:');
  for (const { sequence, kind, by, at, hash } of card.history)
    print(`  ${String(sequence).padStart(2)} ${at} ${kind.padEnd(18)} ${by.padEnd(20)} ${hash.slice(0, 16)}…`);
}
