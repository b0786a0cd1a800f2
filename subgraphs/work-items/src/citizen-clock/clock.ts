import type { Bilingual } from '@gnomon/rule-engine';
import { acceptanceOf, instantClock, mainClocks } from '../facts/clocks.ts';
import { type FactInputs, viewItem } from '../facts/view.ts';
import { deriveFacts } from '../facts.ts';
import type { ItemRecord } from '../store/read-items.ts';
import { type CitizenLimit, limitAt } from './limit.ts';
import { type Pause, pausesOf } from './pause.ts';

/** What an applicant sees of one application (办事时钟): times and law, nothing of a person, nothing from inside the agency. Instants in ms. */
export interface CitizenClock {
  readonly workItem: string;
  /** The published name of the service; `null` while the catalogue does not know it. What was pushed is not shown: it may name persons. */
  readonly itemName: Bilingual | null;
  readonly agencyName: Bilingual | null;
  readonly state: string | null;
  readonly acceptedAt: number | null;
  readonly finishedAt: number | null;
  readonly promise: CitizenLimit | null;
  readonly statutory: CitizenLimit | null;
  readonly pauses: readonly Pause[];
  /** When its source last said anything of it. */
  readonly dataAsOf: number;
}

/** Names as the registry publishes them. */
export interface PublishedNames {
  readonly item: Bilingual | null;
  readonly agency: Bilingual | null;
}

/** The clock of a work item at `now`; `null` for one whose accept row has not come or was deleted, and for a classified one. Pure. */
export function clockOfItem(
  record: Pick<ItemRecord, 'id' | 'doc' | 'received_at'>,
  inputs: FactInputs,
  names: PublishedNames,
  now: number,
): CitizenClock | null {
  const derived = deriveFacts(record.doc, inputs);
  const view = viewItem(record.doc, inputs);
  if (derived === null || view === null || derived.facts.classified === true) return null;
  const { calendar, codes } = inputs;
  const acceptance = acceptanceOf(view, inputs);
  const { clockStart, deemedFrom } = acceptance;
  // Before it is accepted nothing runs; silence counts as acceptance from the day of receipt (Administrative Licensing Law Art. 32).
  const isAccepted = acceptance.acceptedAt !== null || (deemedFrom !== null && deemedFrom <= now);
  const acceptedAt = isAccepted ? clockStart : null;
  const clocks = mainClocks(view, acceptedAt, inputs);
  const promise = view.kind === 'INSTANT' ? instantClock(view, acceptedAt, inputs) : clocks.promise;
  const limit = (clock: typeof promise) => (clock === undefined ? null : limitAt(clock, calendar, now));
  return {
    workItem: record.id,
    itemName: names.item,
    agencyName: names.agency,
    state: derived.summary.state,
    acceptedAt,
    finishedAt: view.resultAt,
    promise: limit(promise),
    statutory: limit(clocks.statutory),
    pauses: pausesOf(clocks, codes.suspendingByLaw, calendar, { startedAt: acceptedAt, endedAt: view.resultAt, now }),
    dataAsOf: record.received_at,
  };
}
