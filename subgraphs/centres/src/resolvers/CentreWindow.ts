import { agencyNode, divisionNode, type RecordContext, standingNodes } from '@gnomon/records';
import { listedText, placeOfWindow } from '../derive/place.ts';
import { centreOf, type Published, placeWorld, published, textIn } from './listed.ts';
import { refuseMoreThan } from './most.ts';

const MOST_DAYS = 62;

export const CentreWindow = {
  __resolveReference: ({ id }: { id: string }, context: RecordContext) => published(context, 'centre_window', id),
  centre: centreOf,
  windowNo: (window: Published) => textIn(window, 'window_no') ?? '',
  type: (window: Published) => textIn(window, 'window_type'),
  isApprovedSpecial: ({ body }: Published) => body.special_approved === true,
  businessGroup: (window: Published) => textIn(window, 'business_group'),
  isMonitored: ({ body }: Published) => body.monitored === true,
  hasReviewDevice: ({ body }: Published) => body.review_device === true,
  agency: (window: Published, _: unknown, context: RecordContext) => agencyNode(placeOf(window, context).agency),
  division: (window: Published, _: unknown, context: RecordContext) => divisionNode(placeOf(window, context).division),
  async days({ id }: Published, { first }: { first: number }, { records }: RecordContext) {
    refuseMoreThan('days', MOST_DAYS, first);
    return (await records.list('window-day', { filter: { links: { window: id } }, first })).nodes;
  },
  facts: async ({ id }: Published, _: unknown, { records }: RecordContext) =>
    (await records.load.subject.load(`centre-window ${id}`))?.facts ?? null,
  async standing({ id }: Published, _: unknown, { records }: RecordContext) {
    const subject = await records.load.subject.load(`centre-window ${id}`);
    return subject === null ? [] : standingNodes(subject.standing);
  },
};

function placeOf({ body }: Published, { records: { ports } }: RecordContext): ReturnType<typeof placeOfWindow> {
  return placeOfWindow(placeWorld(ports), listedText(body, 'centre_id'), listedText(body, 'window_no'));
}
