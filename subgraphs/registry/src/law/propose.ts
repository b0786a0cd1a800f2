import type { Viewer } from '@gnomon/identity';
import { type RuleFile, sha256 } from '@gnomon/rule-engine';
import { type RuleTexts, refusal, withTexts } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { referencesByKey } from '../store/references.ts';
import { insertText, publishedTexts } from '../store/rule-texts.ts';
import { tellLaw } from './acts.ts';
import { isProvedFavourable } from './favourable.ts';
import { answeringDivision, answersFor } from './lawmaker.ts';
import { proofOf } from './proof.ts';
import { readHead, type TextHead } from './read-text.ts';
import { faulty, inputRefused, type LawRefusal, notYours } from './refusals.ts';
import type { RuleText, RuleTextKind } from './rule-text.ts';
import { firstRefusal, MOST_TEXT_CHARACTERS, textRefused } from './text-input.ts';

/** What a person hands in. */
export interface ProposeInput {
  readonly kind: RuleTextKind;
  readonly text: string;
  readonly document: string;
  readonly contact: string;
  readonly note: string;
  readonly favourable: boolean;
}

/** Takes a text as a draft, or says everything that is wrong with it. Nothing is kept of a text that is refused. */
export async function proposeText(
  context: RegistryContext,
  viewer: Viewer,
  input: ProposeInput,
): Promise<RuleText | LawRefusal> {
  const refused = firstRefusal(
    textRefused('text', input.text, MOST_TEXT_CHARACTERS),
    textRefused('document', input.document),
    textRefused('contact', input.contact),
    textRefused('note', input.note),
  );
  if (refused !== null) return refused;
  const head = readHead(input.kind, input.text);
  if ('fault' in head) return { __typename: 'RuleTextInputRefused', field: 'text', message: head.fault };
  const division = answeringDivision(await divisionOf(context, head));
  if (!answersFor(viewer, division)) return notYours(division, { zh: '起草', en: 'Proposing it' });

  const known = head.rule === null ? undefined : context.rules.current().pack.rules.get(head.rule);
  if (head.version !== null && known?.version === head.version)
    return inputRefused(
      'text',
      `${known.id} 现行版本已是 ${known.version}；请写上新的 version。`,
      `${known.id} is in force as version ${known.version} already; give the text a version of its own.`,
    );

  const present = textsInForce(context);
  const at = context.time.now();
  const { path } = head;
  return context.database.transaction(async (tx) => {
    const upcoming = (await publishedTexts(tx)).filter(({ inForceAt }) => inForceAt! > at);
    const problems = proofOf(present, upcoming, { path, text: input.text });
    if (problems.length > 0) return faulty(problems);
    if (input.favourable && !isFavourable(context, present, input, path))
      return inputRefused(
        'favourable',
        '未能证明有利于被监督机构：仅可改动带 tighten 的数值，且各梯级均可证明放宽；请不标注，或改用豁免。',
        'it is not proved to favour the bodies: only numbers with a direction may move, and every rung must provably loosen; leave the mark out or propose an exemption.',
      );
    const text = await insertText(tx, {
      kind: input.kind,
      path,
      text: input.text,
      hash: sha256(input.text),
      division,
      department: head.department,
      rule: head.rule,
      document: input.document,
      contact: input.contact,
      note: input.note,
      isFavourable: input.favourable,
      proposedAt: at,
      proposedBy: viewer.id,
    });
    await tellLaw(tx, 'PROPOSED', text, { viewer, at });
    return text;
  });
}

/** The texts in force. @throws `UNAVAILABLE` where the rules were given compiled. */
export function textsInForce({ rules }: Pick<RegistryContext, 'rules'>): RuleTexts {
  const texts = rules.texts?.();
  if (texts !== undefined) return texts;
  throw refusal('UNAVAILABLE', {
    zh: '本进程的规则不由文本载入，不能起草或发布。',
    en: 'The rules of this process were not loaded from texts; nothing can be proposed or published here.',
  });
}

function isFavourable(
  { rules }: RegistryContext,
  present: RuleTexts,
  { kind, text }: ProposeInput,
  path: string,
): boolean {
  if (kind === 'EXEMPTION') return true;
  if (kind !== 'RULE') return false;
  const next: RuleFile = { path, text };
  const { files } = withTexts(present, [next]);
  return isProvedFavourable(
    files,
    next,
    present.files.find((file) => file.path === path),
    rules.current().calendar,
  );
}

/** The place that a text concerns: named in it, or that of the agency or place it is for. */
export async function divisionOf({ database }: RegistryContext, head: TextHead): Promise<string | null> {
  if (head.division !== null) return head.division;
  if (head.agency !== null) return (await referencesByKey(database, 'agency', [head.agency]))[0]?.division ?? null;
  if (head.place !== null) return (await referencesByKey(database, 'place', [head.place]))[0]?.division ?? null;
  return null;
}
