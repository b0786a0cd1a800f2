import { type PageArguments, requirePermission } from '@gnomon/subgraph-kit';
import type { RecordContext } from '../access.ts';
import { type RecordFilter, type RecordRow, rowVersions, type SubjectRow } from '../store/read-records.ts';
import { maskPersonal } from './mask-personal.ts';
import { agencyNode, divisionNode, standingNodes } from './nodes.ts';
import { refuseSize } from './page-size.ts';

/** Fields that an entity made of records of `kind` has: a domain adds its own beside them. Its subject has the same kind and id. */
export function recordFields(kind: string) {
  const subject = ({ id }: RecordRow, context: RecordContext) => context.records.load.subject.load(`${kind} ${id}`);
  return {
    __resolveReference({ id }: { id: string }, context: RecordContext) {
      requirePermission(context, 'READ_CASES');
      return context.records.load.record.load(`${kind} ${id}`);
    },
    source: ({ source }: RecordRow) => ({ id: source }),
    agency: ({ agency }: RecordRow) => agencyNode(agency),
    division: ({ division }: RecordRow) => divisionNode(division),
    item: ({ item }: RecordRow) => (item === null || item === '' ? null : { code: item }),
    facts: async (row: RecordRow, _: unknown, context: RecordContext) => (await subject(row, context))?.facts ?? null,
    standing: async (row: RecordRow, _: unknown, context: RecordContext) => {
      const found = await subject(row, context);
      return found === null ? [] : standingNodes(found.standing);
    },
    rowVersions: rowVersionsOf,
  };

  /** Every version of every row, newest first; personal columns masked unless the viewer gave a purpose and the showing is on record. */
  async function rowVersionsOf(row: RecordRow, { first }: { first: number }, context: RecordContext) {
    refuseSize('rowVersions', first);
    const { database, domain } = context.records;
    const versions = await database.asViewer(context.scope, (tx) => rowVersions(tx, row, first));
    const isAllowed = versions.length > 0 && (await context.records.unmasking.allows(kind, row.id));
    return versions.map((version) => {
      const table = domain.tables[version.tbl];
      const isHidden = table?.hiddenFromAgency === true && context.viewer?.role === 'AGENCY';
      const isOpen = table !== undefined && isAllowed && !isHidden;
      return {
        table: version.tbl,
        guid: version.guid,
        version: version.version,
        operation: version.op,
        hash: version.hash,
        codeSystem: version.code_system,
        madeAt: version.made_at,
        receivedAt: version.received_at,
        content: isOpen ? version.payload : maskPersonal(table, version.payload),
      };
    });
  }
}

/** Fields of a judged subject that is no record of its own: aggregates, windows, duties. */
export function subjectFields(kind: string) {
  return {
    __resolveReference({ id }: { id: string }, context: RecordContext) {
      requirePermission(context, 'READ_CASES');
      return context.records.load.subject.load(`${kind} ${id}`);
    },
    source: ({ source }: SubjectRow) => (source === null ? null : { id: source }),
    agency: ({ agency }: SubjectRow) => agencyNode(agency),
    division: ({ division }: SubjectRow) => divisionNode(division),
    item: ({ item }: SubjectRow) => (item === null || item === '' ? null : { code: item }),
    standing: ({ standing }: SubjectRow) => standingNodes(standing),
  };
}

/**
 * An entity of another domain that records of this one name by a link, with one list of them for each kind, newest first, at most 200:
 * `linkedFields('workItem', { licences: 'licence' })` gives a work item its licences.
 */
export function linkedFields(link: string, lists: Readonly<Record<string, string>>) {
  const fields = Object.entries(lists).map(([field, kind]) => [
    field,
    async ({ id }: { id: string }, _: unknown, context: RecordContext) => {
      requirePermission(context, 'READ_CASES');
      return (await context.records.load.linked.load(`${kind} ${link} ${id}`)).map(({ row }) => row);
    },
  ]);
  return { __resolveReference: async ({ id }: { id: string }) => ({ id }), ...Object.fromEntries(fields) };
}

/** A root field that gives one record of a kind by its `id`. */
export function recordField(kind: string) {
  return (_: unknown, { id }: { id: string }, context: RecordContext) => {
    requirePermission(context, 'READ_CASES');
    return context.records.load.record.load(`${kind} ${id}`);
  };
}

/** A root field that gives a page of the records of a kind. */
export function recordsField(kind: string) {
  return (_: unknown, args: { readonly filter?: RecordFilter | null } & PageArguments, context: RecordContext) => {
    requirePermission(context, 'READ_CASES');
    return context.records.list(kind, args);
  };
}
