import type { Bilingual } from '@gnomon/rule-engine';
import { parse } from 'yaml';
import { divisionCode } from '../division-code.ts';
import { RULE_TEXT_FOLDERS, type RuleTextKind } from './rule-text.ts';

/** The region: what names no place concerns all of it. */
export const REGION = '15';
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/;

/** What a text says of itself: enough to know where it stands and whose it is. The checker reads the rest. */
export interface TextHead {
  readonly path: string;
  /** The rule that it is or changes; null for exemptions of several, dictionaries and calendars. */
  readonly rule: string | null;
  /** Version of a rule; null for all others. */
  readonly version: string | null;
  /** The place named in it; null where it names none. */
  readonly division: string | null;
  readonly agency: string | null;
  /** A place whose own calendar it is. */
  readonly place: string | null;
  readonly department: string | null;
}

/** Reads the head of a text, or says why it has none. */
export function readHead(kind: RuleTextKind, text: string): TextHead | { readonly fault: Bilingual } {
  const body = bodyOf(kind, text);
  if (body === null)
    return {
      fault: {
        zh: `text 应为${kind === 'CALENDAR_NOTICE' ? ' JSON' : ' YAML'} 的键值对象；请按 rules/README.md 的格式书写。`,
        en: `text: a record in ${kind === 'CALENDAR_NOTICE' ? 'JSON' : 'YAML'} was expected; write it as rules/README.md shows.`,
      },
    };
  const name = String(body[NAMED_BY[kind]] ?? '');
  if (!ID.test(name))
    return {
      fault: {
        zh: `text 的 ${NAMED_BY[kind]} 应为字母、数字和连字符组成的编号，收到“${name.slice(0, 60)}”。`,
        en: `text: its ${NAMED_BY[kind]} names it in letters, digits and hyphens, \`${name.slice(0, 60)}\` came.`,
      },
    };
  const scope = textOf(kind === 'CALENDAR_OVERLAY' ? body.scope : body.division);
  return {
    path: `${RULE_TEXT_FOLDERS[kind]}/${name}.${kind === 'CALENDAR_NOTICE' ? 'json' : 'yaml'}`,
    rule: kind === 'RULE' ? name : kind === 'OVERLAY' ? textOf(body.rule) : null,
    version: kind === 'RULE' ? textOf(body.version) : null,
    division: scope === null ? null : divisionCode(scope),
    agency: kind === 'EXEMPTION' ? textOf(body.agency) : null,
    place: kind === 'CALENDAR_OVERLAY' && scope !== null && divisionCode(scope) === null ? scope : null,
    department: kind === 'OVERLAY' ? textOf(body.department) : null,
  };
}

const NAMED_BY: Readonly<Record<RuleTextKind, string>> = {
  RULE: 'id',
  OVERLAY: 'id',
  EXEMPTION: 'id',
  FACTS: 'subject',
  CALENDAR_NOTICE: 'year',
  CALENDAR_OVERLAY: 'id',
};

function bodyOf(kind: RuleTextKind, text: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = kind === 'CALENDAR_NOTICE' ? JSON.parse(text) : parse(text, { maxAliasCount: 0 });
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : null;
  } catch {
    // The checker names each fault with its place; here it is enough that there is no head.
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
