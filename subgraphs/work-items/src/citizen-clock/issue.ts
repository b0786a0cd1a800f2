import type { Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { recordAct, text } from '@gnomon/subgraph-kit';
import { DAY_MS } from '@gnomon/working-time';
import type { WorkItemsContext } from '../context.ts';
import { itemsById } from '../store/read-items.ts';
import { hashLink, makeLink } from './link.ts';
import { countLinks, keepLink, revokeLinks } from './store.ts';

/** A named refusal; the names are GraphQL types. Nothing has been changed. */
export interface ClockRefusal {
  readonly __typename: 'CitizenClockNotFound' | 'CitizenClockInputRefused';
  readonly message: Bilingual;
}

const DAYS = { shortest: 1, longest: 730 } as const;
/** Links of one work item at a time: enough for every applicant and agent of it. */
const MOST = 20;

/** Issues a link to the clock of a work item of the viewer's own. The link is told here and never again. */
export async function issueLink(
  context: WorkItemsContext,
  by: Viewer,
  { workItemId, days }: { readonly workItemId: string; readonly days: number },
): Promise<{ readonly link: string; readonly expiresAt: number } | ClockRefusal> {
  if (days < DAYS.shortest || days > DAYS.longest)
    return {
      __typename: 'CitizenClockInputRefused',
      message: text(
        `days 应为 ${DAYS.shortest} 至 ${DAYS.longest}，收到 ${days}。`,
        `days: ${DAYS.shortest} to ${DAYS.longest} was expected, ${days} came.`,
      ),
    };
  const record = await ownItem(context, workItemId);
  if (record === null) return notFound(workItemId);
  const at = context.time.now();
  const expiresAt = at + days * DAY_MS;
  const link = makeLink();
  const isKept = await context.database.transaction(async (tx) => {
    if ((await countLinks(tx, record.id, at)) >= MOST) return false;
    await keepLink(tx, hashLink(context.clock.hubKey, link), record, { at, by: by.id, expiresAt });
    const detail = { expiresAt: new Date(expiresAt).toISOString() };
    await recordAct(tx, { kind: 'CITIZEN_CLOCK_ISSUED', by, at, about: record.id, detail });
    return true;
  });
  if (isKept) return { link, expiresAt };
  return {
    __typename: 'CitizenClockInputRefused',
    message: text(
      `该办件已有 ${MOST} 个有效链接；请先用 revokeCitizenClocks 全部作废，再重新生成。`,
      `This work item has ${MOST} links that hold; revoke them with revokeCitizenClocks and issue a new one.`,
    ),
  };
}

/** Revokes every link of a work item of the viewer's own. */
export async function revokeAllLinks(
  context: WorkItemsContext,
  by: Viewer,
  workItemId: string,
): Promise<{ readonly revoked: number } | ClockRefusal> {
  const record = await ownItem(context, workItemId);
  if (record === null) return notFound(workItemId);
  const at = context.time.now();
  return context.database.transaction(async (tx) => {
    const revoked = await revokeLinks(tx, record.id, by.id, at);
    await recordAct(tx, { kind: 'CITIZEN_CLOCKS_REVOKED', by, at, about: record.id, detail: { revoked } });
    return { revoked };
  });
}

/** The work item, when it lies in the viewer's scope. A text that no row can hold names none. */
async function ownItem({ database, scope }: WorkItemsContext, id: string) {
  if (id.length > 200 || !id.isWellFormed() || id.includes('\u0000')) return null;
  const [record] = await database.asViewer(scope, (tx) => itemsById(tx, [id]));
  return record ?? null;
}

function notFound(id: string): ClockRefusal {
  const shown = JSON.stringify(id.slice(0, 60).toWellFormed());
  return {
    __typename: 'CitizenClockNotFound',
    message: text(
      `没有标识为 ${shown} 的办件，或当前账户无权办理。请核对办件标识（WorkItem.id）。`,
      `No work item ${shown} is visible to this account; check the work item's id.`,
    ),
  };
}
