import type { Viewer } from '@gnomon/identity';
import { sha256 } from '@gnomon/rule-engine';
import type { RegistryContext } from '../context.ts';
import { insertText, publishedTexts } from '../store/rule-texts.ts';
import { tellLaw } from './acts.ts';
import { answeringDivision, answersFor } from './lawmaker.ts';
import { proofOf } from './proof.ts';
import { divisionOf, textsInForce } from './propose.ts';
import { readHead } from './read-text.ts';
import { faulty, inputRefused, type LawRefusal, notYours } from './refusals.ts';
import { REPEALED, RULE_TEXT_FOLDERS, type RuleText, type RuleTextKind } from './rule-text.ts';
import { firstRefusal, textRefused } from './text-input.ts';

/** What a person hands in to end a text without another in its place. */
export interface RepealInput {
  readonly path: string;
  readonly document: string;
  readonly contact: string;
  readonly note: string;
}

const REPEALABLE: readonly RuleTextKind[] = ['RULE', 'OVERLAY', 'EXEMPTION'];

/**
 * Takes the end of a rule, special rule or exemption as a draft: a text of its path that says nothing. It is refused while others that hold
 * or will hold need it.
 */
export async function proposeRepeal(
  context: RegistryContext,
  viewer: Viewer,
  input: RepealInput,
): Promise<RuleText | LawRefusal> {
  const refused = firstRefusal(
    textRefused('document', input.document),
    textRefused('contact', input.contact),
    textRefused('note', input.note),
  );
  if (refused !== null) return refused;
  const { path, ...about } = input;
  const present = textsInForce(context);
  const kind = REPEALABLE.find((one) => path.startsWith(`${RULE_TEXT_FOLDERS[one]}/`));
  const file = present.files.find((one) => one.path === path);
  if (kind === undefined || file === undefined) return nothingThere(path);
  const head = readHead(kind, file.text);
  if ('fault' in head) return nothingThere(path);
  const division = answeringDivision(await divisionOf(context, head));
  if (!answersFor(viewer, division)) return notYours(division, { zh: '废止', en: 'Repealing it' });

  const at = context.time.now();
  const { department, rule } = head;
  return context.database.transaction(async (tx) => {
    const upcoming = (await publishedTexts(tx)).filter(({ inForceAt }) => inForceAt! > at);
    const problems = proofOf(present, upcoming, { path, text: REPEALED });
    if (problems.length > 0) return faulty(problems);
    const text = await insertText(tx, {
      ...{ kind, path, text: REPEALED, hash: sha256(REPEALED), division, department, rule, ...about },
      ...{ isFavourable: false, proposedAt: at, proposedBy: viewer.id },
    });
    await tellLaw(tx, 'PROPOSED', text, { viewer, at });
    return text;
  });
}

function nothingThere(path: string): LawRefusal {
  const shown = path.toWellFormed().slice(0, 80);
  return inputRefused(
    'path',
    `应为现行规则、专项规则或豁免的路径，例如 base/WI-03.yaml，收到“${shown}”；rulesInForce 与 ruleTexts 列有现行文本。`,
    `the path of a rule, a special rule or an exemption in force was expected, for example base/WI-03.yaml, \`${shown}\` came; rulesInForce and ruleTexts list what is in force.`,
  );
}
