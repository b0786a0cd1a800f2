import type { Viewer } from '@gnomon/identity';
import { sha256 } from '@gnomon/rule-engine';
import { appendToOutbox } from '@gnomon/store';
import { type HubAct, LAW_STREAM, type LawEntry, recordAct, type Transaction } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import { REPEALED, type RuleText } from './rule-text.ts';

/** What was done to a text. */
export type LawAct = 'PROPOSED' | 'CONSULTED' | 'PUBLISHED' | 'WITHDRAWN';

const KINDS: Readonly<Record<RuleText['kind'], string>> = {
  RULE: 'RULE',
  OVERLAY: 'OVERLAY',
  EXEMPTION: 'EXEMPTION',
  FACTS: 'RULE_FACTS',
  CALENDAR_NOTICE: 'CALENDAR',
  CALENDAR_OVERLAY: 'CALENDAR',
};

/**
 * Tells every process of a text and puts the act on the hub's record, in the transaction of the act itself. A consultation changes
 * nothing for the judges, but from then on everybody may see the text.
 */
export async function tellLaw(
  tx: Transaction,
  act: LawAct,
  text: RuleText,
  { viewer, at }: { readonly viewer: Viewer; readonly at: Instant },
): Promise<void> {
  const { id, path, division, inForceAt } = text;
  const payload: LawEntry = {
    id,
    path,
    text: text.text,
    division,
    state: act,
    inForceAt: inForceAt === null ? null : new Date(inForceAt).toISOString(),
  };
  await appendToOutbox(tx, [{ stream: LAW_STREAM, type: 'rule-text', key: id, at, payload }]);
  await recordAct(tx, {
    kind: `${KINDS[text.kind]}_${act}`,
    by: viewer,
    at,
    about: id,
    detail: {
      path,
      text: text.hash,
      repeals: text.text === REPEALED,
      document: sha256(text.document),
      inForceAt: inForceAt === null ? null : new Date(inForceAt).toISOString(),
    },
  } satisfies HubAct);
}
