import { isWithin } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { RequestContext } from '@gnomon/subgraph-kit';
import { Book } from '../book.ts';
import type { Warning } from '../card.ts';
import { closeBook } from '../close-book.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { laneWithin } from '../lane.ts';
import { lockLedger } from '../store/book.ts';
import { warnings } from '../store/columns.ts';
import { readByKey } from '../store/pages.ts';
import type { WarningState } from '../words.ts';

/** What came of acknowledging a warning. */
export type WarningOutcome =
  | { readonly __typename: 'WarningPayload'; readonly warning: Warning }
  | { readonly __typename: 'WarningNotFound' | 'WarningNotYours'; readonly message: Bilingual }
  | { readonly __typename: 'WarningTransitionRefused'; readonly message: Bilingual; readonly state: WarningState };

/** The warning's agency has seen it (知悉预警). Nobody has to; the warning goes on as it does. */
export async function acknowledgeWarning(
  ports: LoopPorts,
  { viewer, scope }: RequestContext,
  id: string,
): Promise<WarningOutcome> {
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const lane = laneWithin(id);
    const [warning] = lane === null ? [] : await readByKey(tx, warnings, [{ lane, id }]);
    if (warning === undefined || !isWithin(scope, warning)) return notFound(id);
    if (viewer?.role !== 'AGENCY' || viewer.agency !== warning.agency) return notYours();
    if (warning.state !== 'ISSUED' || warning.acknowledgedAt !== null) return refused(warning);
    const at = ports.time.now();
    const book = new Book({ findings: [], cards: [], warnings: [warning] });
    const seen: Warning = { ...warning, acknowledgedAt: at, acknowledgedBy: viewer.id };
    book.putWarning(seen, { kind: 'WARNING_ACKNOWLEDGED', at, signal: null });
    await closeBook(ports, tx, book, at);
    return { __typename: 'WarningPayload', warning: seen };
  });
}

function notFound(id: string): WarningOutcome {
  const shown = id.slice(0, 40).toWellFormed();
  const message = {
    zh: `没有标识为 “${shown}” 的预警，或当前账户无权查看。请核对预警标识（Warning.id）。`,
    en: `No warning "${shown}" is visible to this account; check the warning's id.`,
  };
  return { __typename: 'WarningNotFound', message };
}

function notYours(): WarningOutcome {
  const message = {
    zh: '预警由其机构的工作人员知悉，当前账户不是。',
    en: 'A warning is acknowledged by the staff of its agency; this account is not.',
  };
  return { __typename: 'WarningNotYours', message };
}

function refused({ state, acknowledgedAt }: Warning): WarningOutcome {
  const message =
    acknowledgedAt === null
      ? {
          zh: `预警已终结（${state}），不必知悉。`,
          en: `The warning has ended (${state}) and needs no acknowledgement.`,
        }
      : { zh: '该预警已知悉，不必重复登记。', en: 'The warning was acknowledged before; once is enough.' };
  return { __typename: 'WarningTransitionRefused', message, state };
}
