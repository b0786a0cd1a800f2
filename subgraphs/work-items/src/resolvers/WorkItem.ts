import { maskName, maskPhone, maskResidentId } from '@gnomon/identity';
import { refuseSize } from '@gnomon/records';
import { requirePermission } from '@gnomon/subgraph-kit';
import { type Clock, elapsed } from '@gnomon/working-time';
import type { WorkItemsContext } from '../context.ts';
import { type KeptRow, latestRow, liveRows } from '../document.ts';
import { factConstants } from '../fact-constants.ts';
import { type Derived, deriveFacts } from '../facts.ts';
import { lastInstantOf } from '../last-instant.ts';
import { type ItemRecord, rowVersions } from '../store/read-items.ts';
import { COLUMNS, type TableName } from '../tables.ts';
import { standingOf } from './standing.ts';

const derived = new WeakMap<ItemRecord, Derived | null>();

/** The facts of a record under the rules in force, derived once a request. */
function deriveRecord(record: ItemRecord, context: WorkItemsContext): Derived | null {
  const known = derived.get(record);
  if (known !== undefined) return known;
  const rules = context.rules.current();
  const accept = latestRow(record.doc.accept);
  const found = deriveFacts(record.doc, {
    calendar: rules.calendarFor(record.division),
    codes: context.codes,
    constants: factConstants(rules.pack),
    item:
      accept === undefined
        ? undefined
        : context.reference.item(String(accept.c.task_code ?? ''), accept.c.catalog_code as string | undefined),
    ownPlatform: context.reference.source(record.source)?.ownPlatform === true,
    pushCalendar: rules.calendar,
    firstSignalAt: record.mind.firstSignalAt,
    reappliedAt: record.mind.reappliedAt,
  });
  derived.set(record, found);
  return found;
}

function clockFact(record: ItemRecord, context: WorkItemsContext, name: string): Clock | null {
  const clock = deriveRecord(record, context)?.facts[name];
  return clock === undefined ? null : (clock as Clock);
}

const timeOf = (row: KeptRow, name: string): number | null =>
  typeof row.c[name] === 'number' ? (row.c[name] as number) : null;
const textOf = (row: KeptRow, name: string): string | null =>
  typeof row.c[name] === 'string' ? (row.c[name] as string) : null;
const byTime = (rows: readonly KeptRow[], name: string): readonly KeptRow[] =>
  [...liveRows(rows)].sort((a, b) => (timeOf(a, name) ?? 0) - (timeOf(b, name) ?? 0) || (a.g < b.g ? -1 : 1));

export const WorkItem = {
  async __resolveReference({ id }: { id: string }, context: WorkItemsContext) {
    requirePermission(context, 'READ_CASES');
    return context.load.item.load(id);
  },
  source: ({ source }: ItemRecord) => ({ id: source }),
  agency: ({ agency }: ItemRecord) => (agency === '' ? null : { uscc: agency }),
  division: ({ division }: ItemRecord) => (division === '' ? null : { code: division }),
  item: (record: ItemRecord, _: unknown, context: WorkItemsContext) => {
    if (record.item_code === null || record.item_code === '') return null;
    const accept = latestRow(record.doc.accept);
    return {
      code:
        context.reference.item(record.item_code, accept?.c.catalog_code as string | undefined)?.code ??
        record.item_code,
    };
  },
  itemName: ({ item_name }: ItemRecord) => item_name,
  itemVersion: ({ item_version }: ItemRecord) => item_version,
  isOpen: ({ is_open }: ItemRecord) => is_open,
  appliedAt: ({ applied_at }: ItemRecord) => applied_at,
  acceptedAt: ({ accepted_at }: ItemRecord) => accepted_at,
  finishedAt: ({ finished_at }: ItemRecord) => finished_at,
  firstReceivedAt: ({ first_received_at }: ItemRecord) => first_received_at,
  receivedAt: ({ received_at }: ItemRecord) => received_at,
  applicantType: ({ applicant_type }: ItemRecord) => applicant_type,
  deemedAcceptedFrom: (record: ItemRecord, _: unknown, context: WorkItemsContext) =>
    deriveRecord(record, context)?.summary.deemedFrom ?? null,
  async applicantName(record: ItemRecord, _: unknown, context: WorkItemsContext) {
    if (record.applicant_masked === null || !(await context.unmasking.allows('work-item', record.id)))
      return record.applicant_masked;
    const [newest] = await context.database.asViewer(context.scope, (tx) =>
      rowVersions(tx, record, 1, 'up_pro_accept'),
    );
    const name = newest?.payload.applyer_name ?? newest?.payload.applyerName;
    return typeof name === 'string' ? name : record.applicant_masked;
  },
  promiseDueAt: (record: ItemRecord, _: unknown, context: WorkItemsContext) =>
    dueOf(record, context, 'promise') ?? dueOf(record, context, 'instant'),
  statutoryDueAt: (record: ItemRecord, _: unknown, context: WorkItemsContext) => dueOf(record, context, 'statutory'),
  daysUsed(record: ItemRecord, _: unknown, context: WorkItemsContext) {
    const clock = clockFact(record, context, 'promise') ?? clockFact(record, context, 'instant');
    return clock === null
      ? null
      : elapsed(context.rules.current().calendarFor(record.division), clock, context.time.now());
  },
  isProvisional: (record: ItemRecord, _: unknown, context: WorkItemsContext) =>
    ['promise', 'statutory', 'instant'].some((name) => clockFact(record, context, name)?.provisional === true),
  facts: (record: ItemRecord, _: unknown, context: WorkItemsContext) => deriveRecord(record, context)?.facts ?? null,
  standing: ({ mind }: ItemRecord) => standingOf(mind.standing),
  steps(record: ItemRecord, _: unknown, context: WorkItemsContext) {
    const facts = deriveRecord(record, context)?.facts.steps;
    const judged = new Map(
      (Array.isArray(facts) ? facts : []).map((step) => [
        (step as { id: string }).id,
        step as { kind: string; clock?: Clock },
      ]),
    );
    const calendar = context.rules.current().calendarFor(record.division);
    return byTime(record.doc.steps, 'event_start_time').map((row) => {
      const step = judged.get(row.g);
      return {
        id: row.g,
        name: textOf(row, 'process_name') ?? '',
        kind: step?.kind ?? textOf(row, 'step_kind') ?? 'OTHER',
        startedAt: timeOf(row, 'event_start_time'),
        endedAt: timeOf(row, 'event_end_time'),
        dueAt: step?.clock === undefined ? null : lastInstantOf(step.clock, calendar),
        pushedDueAt: timeOf(row, 'due_time'),
      };
    });
  },
  specialProcedures: ({ doc }: ItemRecord, _: unknown, context: WorkItemsContext) =>
    byTime(doc.specials, 'special_time').map((row) => ({
      id: row.g,
      kind:
        row.c.special_type === 'EXTENSION'
          ? 'EXTENSION'
          : (textOf(row, 'special_kind') ?? context.codes.specialKind(textOf(row, 'special_name') ?? '')),
      name: textOf(row, 'special_name'),
      reason: textOf(row, 'special_reason'),
      startedAt: timeOf(row, 'special_time'),
      endedAt: timeOf(row, 'end_time'),
      result: textOf(row, 'result'),
    })),
  supplementNotices: ({ doc }: ItemRecord) =>
    byTime(doc.notices, 'sent_time').map((row) => ({
      id: row.g,
      noticeNo: textOf(row, 'notice_no'),
      sentAt: timeOf(row, 'sent_time'),
      answeredAt: timeOf(row, 'received_time'),
      items: textOf(row, 'items'),
      reasons: textOf(row, 'reasons'),
    })),
  async materials(record: ItemRecord, _: unknown, context: WorkItemsContext) {
    const rows = await context.database.asViewer(context.scope, (tx) =>
      rowVersions(tx, record, 200, 'up_pro_material'),
    );
    const live = new Set(liveRows(record.doc.materials).map((row) => row.g));
    const newest = new Map(rows.toReversed().map((row) => [row.guid, row]));
    return [...newest.values()]
      .filter((row) => live.has(row.guid))
      .map((row) => ({
        id: row.guid,
        name: String(row.payload.material_name ?? row.payload.materialName ?? ''),
        handedIn: text(row.payload.get_type ?? row.payload.getType),
      }));
  },
  results: ({ doc }: ItemRecord) =>
    byTime(doc.results, 'result_date').map((row) => ({
      id: row.g,
      outcome: textOf(row, 'result_type'),
      at: timeOf(row, 'result_date'),
      reason: textOf(row, 'result_explain'),
      documentNo: textOf(row, 'result_cetr_no'),
      deliveredAt: timeOf(row, 'delivery_date'),
    })),
  payments: ({ doc }: ItemRecord) =>
    byTime(doc.fees, 'pay_time').map((row) => ({
      id: row.g,
      paymentNo: textOf(row, 'payment_no'),
      feeItem: textOf(row, 'fee_item'),
      amount: typeof row.c.amount === 'number' ? row.c.amount : null,
      paidAt: timeOf(row, 'pay_time'),
      refundedAt: timeOf(row, 'refunded_time'),
    })),
  async rowVersions(record: ItemRecord, { first }: { first: number }, context: WorkItemsContext) {
    refuseSize('rowVersions', first);
    const rows = await context.database.asViewer(context.scope, (tx) => rowVersions(tx, record, first));
    const unmasked = rows.length > 0 && (await context.unmasking.allows('work-item', record.id));
    return rows.map((row) => ({
      table: row.tbl,
      guid: row.guid,
      version: row.version,
      operation: row.op,
      hash: row.hash,
      codeSystem: row.code_system,
      madeAt: row.made_at,
      receivedAt: row.received_at,
      content: unmasked ? row.payload : maskPayload(row.tbl as TableName, row.payload),
    }));
  },
};

function dueOf(record: ItemRecord, context: WorkItemsContext, name: string): number | null {
  const clock = clockFact(record, context, name);
  return clock === null ? null : lastInstantOf(clock, context.rules.current().calendarFor(record.division));
}

/** A row with its personal columns masked, in the spelling in which it came. */
function maskPayload(table: TableName, payload: Record<string, unknown>): Record<string, unknown> {
  const personal = new Set(COLUMNS[table]?.filter((column) => column.personal === true).map((column) => column.name));
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [key, personal.has(name) && typeof value === 'string' ? maskColumn(name, value) : value];
    }),
  );
}

function maskColumn(name: string, value: string): string {
  if (name.endsWith('mobile')) return maskPhone(value);
  if (name.endsWith('code')) return maskResidentId(value);
  return name === 'address' ? '***' : maskName(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
