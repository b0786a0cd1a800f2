import { fileURLToPath } from 'node:url';
import type { DeriveWorld, KeptRow, KeptValue, RecordDocument } from '@gnomon/records';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';

/** The published calendar. */
export const calendar = compileCalendar(
  readCalendarFolder(fileURLToPath(new URL('../../../rules/calendar', import.meta.url))),
);
export const AGENCY = '11430000006122244L';
export const TYPE = '11100000000013338W011';
export const IDENTIFIER = '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';

/** An instant from a text in China: `2026-04-01T09:00:00`. */
export const at = (text: string): number => Date.parse(`${text}+08:00`);

/** A kept row; without `collected_at` it arrives when it was made. */
export function kept(c: Record<string, KeptValue>, more: Partial<KeptRow> = {}): KeptRow {
  const t = more.t ?? at('2026-04-01T09:00:00');
  return { g: 'g1', s: '115-licences', v: 1, t, r: t, h: '0'.repeat(32), c, ...more };
}

/** A licence without any defect; `undefined` takes a column away. */
export function licence(columns: Record<string, KeptValue | undefined> = {}, more: Partial<KeptRow> = {}): KeptRow {
  const all = {
    certificate_source_id: 'L1',
    certificate_number: 'N1',
    certificate_type: '营业执照',
    certificate_type_code: TYPE,
    certificate_name: '营业执照',
    certificate_holder_key: 'aaaaaaaaaaaaaaaa',
    certificate_holder_code_key: 'bbbbbbbbbbbbbbbb',
    certificate_holder_type: 'RESIDENT_ID',
    issue_dept: '示例局',
    issue_dept_code: AGENCY,
    issue_date: at('2026-04-01T00:00:00'),
    certificate_area_code: '150100',
    certificate_identifier: IDENTIFIER,
    certificate_status: 'VALID',
    long_term: true,
    collected_at: at('2026-04-01T09:00:00'),
    ...columns,
  };
  return kept(known(all), more);
}

/** The milestone of a granted work item whose result is a licence. */
export function item(columns: Record<string, KeptValue | undefined> = {}): KeptRow {
  const all = {
    id: '115:P1',
    agency: AGENCY,
    division: '1501',
    item: '000101001000',
    outcome: 'GRANTED',
    licenceNo: 'N1',
    licenceName: '营业执照',
    applicantKey: 'bbbbbbbbbbbbbbbb',
    acceptedAt: at('2026-03-30T09:00:00'),
    decidedAt: at('2026-04-01T08:40:00'),
    finishedAt: at('2026-04-01T08:50:00'),
    ...columns,
  };
  return kept(known(all), { g: 'work-item:115:P1', s: '115' });
}

/** Nothing but the published objects that derivation may ask. */
export function deriveWorld(types: readonly Readonly<Record<string, KeptValue>>[] = [type()]): DeriveWorld {
  const unused = (): never => {
    throw new Error('not asked in these tests');
  };
  return {
    get rules() {
      return unused();
    },
    calendarFor: () => calendar,
    constants: (subject) =>
      subject === 'licence-duty'
        ? { collectWorkdays: 5 }
        : { minimumLicences: 20, checkedShare: 0.95, assessedShare: 0.95, monthsAfterFinal: 12 },
    agency: (uscc) =>
      uscc === AGENCY
        ? {
            uscc,
            name: '示例局',
            nameEn: null,
            division: '1501',
            department: 'market',
            level: 2,
            duty: 'IMPLEMENTING',
            reportsTo: null,
            from: null,
            to: null,
          }
        : undefined,
    item: () => undefined,
    source: () => undefined,
    listed: (table, key) => (table === 'lic_type' ? types.find((one) => one.type_code === key) : undefined),
    listedAll: (table) => (table === 'lic_type' ? types : []),
  };
}

/** An entry of the type register. */
export function type(columns: Record<string, KeptValue> = {}): Readonly<Record<string, KeptValue>> {
  return {
    type_code: TYPE,
    type_name: '营业执照',
    valid_from: at('2019-01-01T00:00:00'),
    has_standard: true,
    ...columns,
  };
}

export const document = (parts: Record<string, readonly KeptRow[]>): RecordDocument => parts;

function known(columns: Record<string, KeptValue | undefined>): Record<string, KeptValue> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Record<
    string,
    KeptValue
  >;
}
