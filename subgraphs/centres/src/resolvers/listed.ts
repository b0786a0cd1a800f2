import { isWithin } from '@gnomon/identity';
import { agencyNode, divisionNode, type RecordContext } from '@gnomon/records';
import { requirePermission } from '@gnomon/subgraph-kit';
import { type Listed, listedText, type PlaceWorld, placeIn, placeOfWindow } from '../derive/place.ts';

/** A published object with its identity. */
export interface Published {
  readonly id: string;
  readonly body: Listed;
}

/** A listed centre or window, or `null` where there is none that the viewer may see. @throws `FORBIDDEN` for one who reads no cases. */
export function published(context: RecordContext, table: 'centre' | 'centre_window', id: string): Published | null {
  const found = named(context, table, id);
  return found !== null && isSeen(context, table, found) ? found : null;
}

/** The same for what an own record names: its centre has a name, whoever runs it. */
export function named(context: RecordContext, table: 'centre' | 'centre_window', id: string): Published | null {
  requirePermission(context, 'READ_CASES');
  const body = id === '' ? undefined : context.records.ports.lists.get(table, id);
  return body === undefined ? null : { id, body };
}

/** Whether a listed centre or window is the viewer's to see: by its agency, its division, or the source that pushed it. */
export function isSeen({ scope, records: { ports } }: RecordContext, table: string, { id, body }: Published): boolean {
  const world = placeWorld(ports);
  const centre = listedText(body, 'centre_id');
  const { agency, division } =
    table === 'centre' ? placeIn(world, centre) : placeOfWindow(world, centre, listedText(body, 'window_no'));
  return isWithin(scope, { agency, division, source: ports.lists.version(table, id)?.source ?? null });
}

/** What places are looked up in, outside derivation. */
export function placeWorld({ lists, reference }: RecordContext['records']['ports']): PlaceWorld {
  return { listed: lists.get, agency: (uscc) => reference.agency(uscc) };
}

/** All of a list, by identity. @throws `FORBIDDEN` for a viewer who reads no cases. */
export function listOf(context: RecordContext, table: string): readonly Listed[] {
  requirePermission(context, 'READ_CASES');
  return context.records.ports.lists.all(table);
}

/** A text of a published object; `null` where it publishes none. */
export function textIn({ body }: Published, column: string): string | null {
  return listedText(body, column) || null;
}

/** The centre of a record, a window or an aggregate, whose identity begins with the centre's. */
export function centreOf({ id }: { readonly id: string }, _: unknown, context: RecordContext): Published | null {
  return named(context, 'centre', id.split(':')[0] ?? '');
}

/** Agency and division of a published object. */
export const whereListed = {
  agency: (parent: Published) => agencyNode(listedText(parent.body, 'org_code')),
  division: (parent: Published) => divisionNode(listedText(parent.body, 'division')),
};
