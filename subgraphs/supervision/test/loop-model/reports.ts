import type { Tier } from '@gnomon/identity';
import { dutyTurns } from '../duties-oracle.ts';
import { type Saying, tell } from './desk.ts';
import type { Model, Subject } from './model.ts';
import { ABOVE } from './people.ts';
import { arrive, blankSheet, type Course, courseOf, type Sheet } from './teller.ts';

/*
 * What a supervision body owes for the feedback reports that the hub has made: to publish each within five working days of its period's end (XX-06);
 * and after a quarter with three red cards to talk with the agency's leader (ES-01) within ten (XX-06 again). That a report was made, and how many red
 * cards it counts, is read from the report; this model knows deadlines, not statistics.
 */

/** A report as it was made. */
export interface MadeReport {
  readonly id: string;
  readonly agency: string;
  readonly period: string;
  readonly isQuarter: boolean;
  readonly endsAt: number;
  readonly reds: number;
  /** The body whose agency it is for. */
  readonly body: Tier;
}

/** A report as the model has it. */
export interface ModelReport extends MadeReport {
  readonly producedAt: number;
  publishedAt: number | null;
  /** Of the report; of the talk that is due, and of the duty to hold it. */
  readonly sheets: { readonly report: Sheet; readonly talk: Sheet | null; readonly talkDuty: Sheet | null };
  isTalked: boolean;
}

/** Red cards in a quarter from which a talk is due. */
const TALK_REDS = 3;

/** Reports come to be, now. */
export function produce(model: Model, made: readonly MadeReport[]): void {
  for (const one of made) {
    const isTalk = one.isQuarter && one.reds >= TALK_REDS;
    const sheets = { report: blankSheet(), talk: isTalk ? blankSheet() : null, talkDuty: isTalk ? blankSheet() : null };
    const report: ModelReport = { ...one, producedAt: model.now, publishedAt: null, isTalked: false, sheets };
    model.reports.push(report);
    judgeReport(model, report);
    judgeTalk(model, report);
  }
}

/** The report is published, now; `null` when it was before. */
export function publish(model: Model, report: ModelReport): string {
  if (report.publishedAt !== null) return 'ReportStepRefused';
  report.publishedAt = model.now;
  judgeReport(model, report);
  return 'ReportPayload';
}

/** The talk is put on record, now. */
export function talk(model: Model, report: ModelReport): string {
  if (report.sheets.talk === null || report.isTalked) return 'ReportStepRefused';
  report.isTalked = true;
  judgeTalk(model, report);
  return 'ReportPayload';
}

/** Every sheet of a report, with what it is about and the body that it judges. */
export function reportSheets({ reports }: Model) {
  return reports.flatMap((report) => {
    const { body, sheets } = report;
    const all = [
      { subject: dutyOf('report', report), sheet: sheets.report, body },
      { subject: quarterOf(report), sheet: sheets.talk, body: null },
      { subject: dutyOf('talk', report), sheet: sheets.talkDuty, body },
    ];
    return all.flatMap(({ sheet, ...parts }) => (sheet === null ? [] : [{ ...parts, sheet }]));
  });
}

function judgeReport(model: Model, report: ModelReport): void {
  const { endsAt, publishedAt, body, sheets } = report;
  const course = courseOf(dutyTurns(endsAt - 1, 5, publishedAt, []));
  write(model, sheets.report, { subject: dutyOf('report', report), rule: 'XX-06', course, origin: endsAt - 1, body });
}

function judgeTalk(model: Model, report: ModelReport): void {
  const { sheets, isTalked, producedAt, body } = report;
  if (sheets.talk === null || sheets.talkDuty === null) return;
  const due: Course = [{ from: -Infinity, level: isTalked ? 'NONE' : 'WARNING' }];
  write(model, sheets.talk, { subject: quarterOf(report), rule: 'ES-01', course: due, origin: producedAt, body: null });
  const course = courseOf(dutyTurns(producedAt, 10, isTalked ? model.now : null, []));
  write(model, sheets.talkDuty, { subject: dutyOf('talk', report), rule: 'XX-06', course, origin: producedAt, body });
}

interface Written {
  readonly subject: Subject;
  readonly rule: string;
  readonly course: Course;
  readonly origin: number;
  readonly body: Tier | null;
}

function write(model: Model, sheet: Sheet, { subject, rule, course, origin, body }: Written): void {
  const { now } = model;
  const courses = new Map([[rule, course]]);
  const known = sheet.courses;
  const before = (instant: number) => (instant === now ? courses : known);
  const told = arrive(sheet, { courses, at: now, origin: Math.min(now, origin), happenedAt: now, before });
  tell(
    model,
    told.map((one): Saying => ({ subject, told: one, ...sideOf(model, body) })),
  );
}

/** The tier that has what comes of it: above the body that it judges. */
export function sideOf({ place }: Model, body: Tier | null): Pick<Saying, 'tier' | 'body'> {
  return body === null ? { tier: place.tier } : { tier: ABOVE[body], body };
}

const dutyOf = (about: 'report' | 'talk', { agency, period }: MadeReport): Subject => ({
  kind: 'named',
  of: 'duty',
  name: `${about}:${agency}:${period}`,
});
const quarterOf = ({ id }: MadeReport): Subject => ({ kind: 'named', of: 'feedback-report', name: id });
