import { seesPersonalData } from '@gnomon/identity';
import { type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import { invalidationOf } from '../derive/handling.ts';
import { type ReviewRow, readReview, reviewInForce } from '../derive/review-view.ts';
import { living } from '../derive/rows.ts';
import { hidesWorkItem, withoutWorkItem } from './anonymity.ts';

const fields = recordFields('review');
const VERSIONS = 200;

/** What the review's row in force says; the field is null while there is none. */
const said =
  <Value>(read: (view: ReviewRow) => Value) =>
  ({ document }: RecordRow): NonNullable<Value> | null => {
    const row = reviewInForce(document);
    return row === undefined ? null : (read(readReview(row)) ?? null);
  };

export const Review = {
  ...fields,
  workItem: (row: RecordRow, _: unknown, { viewer }: RecordContext) =>
    row.links.workItem === undefined || hidesWorkItem(row, viewer) ? null : { id: row.links.workItem },
  window: said(({ window }) => window),
  staff: said(({ staff }) => staff),
  channel: said(({ channel }) => channel),
  grade: said(({ grade }) => grade),
  isBad: said(({ bad }) => bad),
  isNamed: said(({ named }) => named),
  isDefault: (row: RecordRow) => said(({ active }) => !active)(row) ?? false,
  saysOverTime: (row: RecordRow) => said(({ saysOverTime }) => saysOverTime)(row) ?? false,
  ordinal: said(({ ordinal }) => ordinal),
  assessedAt: said(({ assessedAt }) => assessedAt),
  isValid: ({ document }: RecordRow) => !invalidationOf(living(document.invalidations)).invalid,
  /** A text can tell who wrote it: only supervisors read it, for a purpose, and `rowVersions` logs that they did. */
  async text(row: RecordRow, _: unknown, context: RecordContext) {
    if (context.viewer?.role !== 'SUPERVISOR' || !seesPersonalData(context.viewer)) return null;
    const versions = await fields.rowVersions(row, { first: VERSIONS }, context);
    const told = versions.filter(({ table, operation }) => table === 'up_review' && operation !== 'D');
    const newest = told.toSorted((a, b) => b.madeAt - a.madeAt)[0];
    const content = newest?.content.content;
    return typeof content === 'string' && content !== '' ? content : null;
  },
  async rowVersions(row: RecordRow, args: { first: number }, context: RecordContext) {
    const versions = await fields.rowVersions(row, args, context);
    if (!hidesWorkItem(row, context.viewer)) return versions;
    return versions.map((version) => ({ ...version, content: withoutWorkItem(version.content) }));
  },
  ticket: (row: RecordRow, _: unknown, context: RecordContext) =>
    said(({ bad }) => bad)(row) === true ? context.records.load.subject.load(`review-ticket ${row.id}`) : null,
};
