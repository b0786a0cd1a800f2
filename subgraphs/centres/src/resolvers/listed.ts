import { agencyNode, divisionNode, type RecordContext } from '@gnomon/records';
import { requirePermission } from '@gnomon/subgraph-kit';
import { type Listed, listedText } from '../derive/place.ts';

/** A published object with its identity. */
export interface Published {
  readonly id: string;
  readonly body: Listed;
}

/** A published object, or `null` where it is not published. @throws `FORBIDDEN` for a viewer who reads no cases. */
export function published(context: RecordContext, table: string, id: string): Published | null {
  requirePermission(context, 'READ_CASES');
  const body = id === '' ? undefined : context.records.ports.lists.get(table, id);
  return body === undefined ? null : { id, body };
}

/** All published objects of a table, by identity. */
export function allPublished(context: RecordContext, table: 'centre' | 'centre_item' | 'device'): readonly Listed[] {
  requirePermission(context, 'READ_CASES');
  return context.records.ports.lists.all(table);
}

/** A text of a published object; `null` where it publishes none. */
export function textIn({ body }: Published, column: string): string | null {
  return listedText(body, column) || null;
}

/** The centre of a record, a window or an aggregate, whose identity begins with the centre's. */
export function centreOf({ id }: { readonly id: string }, _: unknown, context: RecordContext): Published | null {
  return published(context, 'centre', id.split(':')[0] ?? '');
}

/** Agency and division of a published object. */
export const whereListed = {
  agency: (parent: Published) => agencyNode(listedText(parent.body, 'org_code')),
  division: (parent: Published) => divisionNode(listedText(parent.body, 'division')),
};
