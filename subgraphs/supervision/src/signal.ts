import type { Bilingual, Level, Receipt } from '@gnomon/rule-engine';
import { SUBJECT_TYPES, type SubjectType } from './subject-types.ts';
import { DOMAINS, type Domain } from './words.ts';

/** A signal of a domain's feed, parsed (信号). Instants in milliseconds. */
export interface Signal {
  readonly id: string;
  readonly kind: 'ROSE' | 'FELL' | 'CORRECTED';
  readonly reason: string | null;
  readonly domain: Domain;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly subjectKind: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly occurrence: string;
  readonly level: Level;
  readonly previousLevel: Level;
  readonly turnedAt: number;
  readonly knownAt: number;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
  readonly issue: 'AUTO' | 'CONFIRM';
  readonly message: Bilingual;
  readonly receipt: Receipt | null;
}

/** A payload of a feed that is not a signal; it is set aside with this reason, and the follower goes on. */
export class SignalRefused extends Error {
  constructor(expected: string, came: unknown) {
    super(`signal refused: expected ${expected}, came ${shorten(came)}`);
    this.name = 'SignalRefused';
  }
}

const KINDS = ['ROSE', 'FELL', 'CORRECTED'] as const;
const LEVELS = ['NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'] as const;

/**
 * Parses the payload of a feed entry of type `signal`: the border between the domains and supervision.
 * @throws {SignalRefused} naming the field, what was expected and what came.
 */
export function parseSignal(payload: unknown): Signal {
  const fields = record('a JSON object', payload);
  const message = record('message', fields.message);
  return {
    id: text(fields, 'id', 200),
    kind: oneOf(fields, 'kind', KINDS),
    reason: optionalText(fields, 'reason'),
    domain: oneOf(fields, 'domain', DOMAINS),
    rule: text(fields, 'rule', 60),
    ruleVersion: text(fields, 'ruleVersion', 60),
    subjectKind: text(fields, 'subjectKind', 60),
    subjectType: oneOf(fields, 'subjectType', SUBJECT_TYPES),
    subject: text(fields, 'subject', 300),
    occurrence: text(fields, 'occurrence', 300, 0),
    level: oneOf(fields, 'level', LEVELS),
    previousLevel: oneOf(fields, 'previousLevel', LEVELS),
    turnedAt: instant(fields, 'turnedAt'),
    knownAt: instant(fields, 'knownAt'),
    agency: text(fields, 'agency', 60, 0),
    division: text(fields, 'division', 12, 0),
    item: optionalText(fields, 'item'),
    source: optionalText(fields, 'source'),
    issue: oneOf(fields, 'issue', ['AUTO', 'CONFIRM'] as const),
    message: { zh: text(message, 'zh', 4000, 0), en: text(message, 'en', 4000, 0) },
    receipt: receipt(fields.receipt),
  };
}

function record(expected: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SignalRefused(expected, value);
  return value as Record<string, unknown>;
}

function text(fields: Record<string, unknown>, name: string, longest: number, shortest = 1): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length < shortest || value.length > longest || !isStorable(value))
    throw new SignalRefused(`${name}: a text of ${shortest} to ${longest} characters`, value);
  return value;
}

function optionalText(fields: Record<string, unknown>, name: string): string | null {
  return fields[name] === null || fields[name] === undefined ? null : text(fields, name, 300);
}

function oneOf<const T extends string>(fields: Record<string, unknown>, name: string, values: readonly T[]): T {
  const found = values.find((value) => value === fields[name]);
  if (found === undefined) throw new SignalRefused(`${name}: one of ${values.join(', ')}`, fields[name]);
  return found;
}

/** ISO 8601 text with an offset; a number of milliseconds is refused, because the border speaks ISO. */
function instant(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  const parsed = typeof value === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new SignalRefused(`${name}: an ISO 8601 instant with an offset`, value);
  return parsed;
}

function receipt(value: unknown): Receipt | null {
  if (value === null || value === undefined) return null;
  const fields = record('receipt: an object or null', value);
  if (fields.format !== 'gnomon-receipt/1') throw new SignalRefused('receipt.format: gnomon-receipt/1', fields.format);
  return fields as unknown as Receipt;
}

/** PostgreSQL's jsonb holds neither U+0000 nor half a surrogate pair. */
function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\u0000');
}

function shorten(value: unknown): string {
  const shown = JSON.stringify(value) ?? 'nothing';
  return (shown.length > 120 ? `${shown.slice(0, 117)}…` : shown).toWellFormed();
}
