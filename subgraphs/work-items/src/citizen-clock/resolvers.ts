import type { Bilingual } from '@gnomon/rule-engine';
import { nameText, requirePermission } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { latestRow } from '../document.ts';
import { factConstants } from '../fact-constants.ts';
import { type ItemRecord, itemsById } from '../store/read-items.ts';
import { type CitizenClock as Clock, clockOfItem } from './clock.ts';
import { issueLink, revokeAllLinks } from './issue.ts';
import { hashLink } from './link.ts';
import { itemOfLink } from './store.ts';

/** For how long another part of the hub may add to the answer. */
const ANSWER_MS = 60_000;

/** `citizenClock`: for whoever has the link, signed in or not. A link that does not hold gives nothing, whatever is wrong with it. */
export const citizenQueries = {
  async citizenClock(_root: unknown, { link }: { readonly link: string }, context: WorkItemsContext) {
    const { database, clock, time } = context;
    const now = time.now();
    const hash = hashLink(clock.hubKey, link);
    const found = await database.transaction((tx) => itemOfLink(tx, hash, now));
    if (found === undefined) return null;
    const [record] = await database.transaction((tx) => itemsById(tx, [found.item]));
    const shown = record === undefined ? null : clockOfRecord(record, context, now);
    return shown === null ? null : { ...shown, asOf: now, expiresAt: found.expiresAt };
  },
};

/** Issuing and revoking links. Refusals are members of the result, not errors. */
export const citizenMutations = {
  async issueCitizenClock(
    _root: unknown,
    { input }: { readonly input: { readonly workItemId: string; readonly days: number } },
    context: WorkItemsContext,
  ) {
    const viewer = requirePermission(context, 'ISSUE_CITIZEN_CLOCKS');
    const result = await issueLink(context, viewer, input);
    if ('__typename' in result) return result;
    return { __typename: 'IssueCitizenClockPayload', ...result, path: `/clock/${result.link}` };
  },
  async revokeCitizenClocks(
    _root: unknown,
    { input }: { readonly input: { readonly workItemId: string } },
    context: WorkItemsContext,
  ) {
    const viewer = requirePermission(context, 'ISSUE_CITIZEN_CLOCKS');
    const result = await revokeAllLinks(context, viewer, input.workItemId);
    return '__typename' in result ? result : { __typename: 'RevokeCitizenClocksPayload', ...result };
  },
};

/** What of the clock is made when it is asked for: the signed name by which supervision adds whether a card stands. */
export const CitizenClock = {
  /** A clock is opened by its link alone: a reference made up by whoever asks must not be signed. */
  __resolveReference: async () => null,
  capability: ({ workItem }: Clock, _args: unknown, { clock, time }: WorkItemsContext) =>
    clock.capabilities.sign(workItem, time.now() + ANSWER_MS),
};

function clockOfRecord(record: ItemRecord, context: WorkItemsContext, now: number): Clock | null {
  const { rules: port, reference, codes } = context;
  const rules = port.current();
  const accept = latestRow(record.doc.accept);
  const item = reference.item(String(accept?.c.task_code ?? ''), accept?.c.catalog_code as string | undefined);
  const agency = reference.agency(record.agency);
  const name = (of: { readonly name: string; readonly nameEn: string | null } | undefined): Bilingual | null =>
    of === undefined ? null : nameText(of.name, of.nameEn);
  return clockOfItem(
    record,
    {
      calendar: rules.calendarFor(record.division),
      codes,
      constants: factConstants(rules.pack),
      item,
      ownPlatform: reference.source(record.source)?.ownPlatform === true,
      pushCalendar: rules.calendar,
      firstSignalAt: record.mind.firstSignalAt,
      reappliedAt: record.mind.reappliedAt,
    },
    { item: name(item), agency: name(agency) },
    now,
  );
}
