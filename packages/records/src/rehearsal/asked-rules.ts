import { packAt } from '@gnomon/rule-engine';
import type { RulesInForce, RulesPort } from '@gnomon/subgraph-kit';
import { faultyText, type RehearsalRefused, type RehearsedTexts, textsOf, UNKNOWN_TEXT } from './answer.ts';

/**
 * The present rules alone, and with texts that the viewer of a division may see: both as if they had always held. Or why the texts cannot
 * be rehearsed.
 */
export function askedRules(
  port: RulesPort,
  asked: RehearsedTexts,
  { division, now }: { readonly division: string | null; readonly now: number },
): { readonly before: RulesInForce; readonly after: RulesInForce } | RehearsalRefused {
  const texts = textsOf(asked);
  if ('__typename' in texts) return texts;
  const draft = port.draft?.(texts, division) ?? null;
  if (draft === null) return UNKNOWN_TEXT;
  if ('problems' in draft) return faultyText(draft.problems.length);
  const present = port.current();
  return { before: { ...present, pack: packAt(present.pack, now) }, after: draft.rules };
}
