import type { Bilingual } from '@gnomon/rule-engine';
import { formatInstant } from '@gnomon/working-time';
import type { FeedPayload } from '../card.ts';
import { aboutOf } from '../feed-entries.ts';
import { DOMAIN_NAMES, KIND_NAMES, LEVEL_NAMES, STATE_NAMES } from './names.ts';
import type { Language, TemplateText } from './words.ts';

/** What a notice is written from. */
export interface Occurrence {
  readonly payload: FeedPayload;
  /** Name of the card's agency, or its code while the registry has not published it. */
  readonly agencyName: Bilingual;
}

/**
 * Everything a template may name. There is nothing of a person among it, and nothing that a person wrote: reasons, plans and appeals are
 * read in the hub, where it is known who reads.
 */
const PLACEHOLDERS: Readonly<Record<string, (of: Occurrence) => Bilingual>> = {
  'event.kind': ({ payload }) => KIND_NAMES[payload.kind],
  'event.at': ({ payload }) => both(timeText(payload.at)),
  'card.number': ({ payload }) => both(payload.card?.number ?? ''),
  'card.level': ({ payload }) => LEVEL_NAMES[payload.card?.level ?? 'WARNING'],
  'card.state': ({ payload }) => (payload.card === null ? both('') : STATE_NAMES[payload.card.state]),
  'card.domain': ({ payload }) => DOMAIN_NAMES[aboutOf(payload).domain],
  'card.indicator': ({ payload }) => both(aboutOf(payload).rule),
  'card.turnedAt': ({ payload }) => both(timeText(aboutOf(payload).turnedAt)),
  'card.division': ({ payload }) => both(aboutOf(payload).division),
  'card.agency': ({ agencyName }) => agencyName,
  'card.message': ({ payload }) => messageOf(payload),
};

/** Names that a template may use, in the order in which they are told. */
export const PLACEHOLDER_NAMES: readonly string[] = Object.keys(PLACEHOLDERS);

/** What is written when nobody has set anything else. */
export const DEFAULT_TEMPLATE: TemplateText = {
  subject: {
    zh: '【政务服务效能监督】{event.kind}：{card.level} {card.number}',
    en: '[Service supervision] {event.kind}: {card.level} {card.number}',
  },
  body: {
    zh: '{card.agency}：\n{event.at} {event.kind}。{card.level} {card.number}，{card.domain}，指标 {card.indicator}，触发时刻 {card.turnedAt}。\n{card.message}\n请登录圭臬办理。',
    en: '{card.agency}:\n{event.at} {event.kind}. {card.level} {card.number}, {card.domain}, indicator {card.indicator}, turned at {card.turnedAt}.\n{card.message}\nSign in to Gnomon to act on it.',
  },
};

/** The first thing in a template that is no text and no known placeholder, as it stands there; `null` when there is none. */
export function unknownPlaceholder(template: string): string | null {
  for (const [found, name] of template.matchAll(PLACE))
    if (name === undefined || !Object.hasOwn(PLACEHOLDERS, name)) return found;
  return null;
}

/** Fills a template that was checked. Values are put in as they are and never read again as a template. */
export function fill(template: Bilingual, language: Language, of: Occurrence): string {
  const key = language === 'EN' ? 'en' : 'zh';
  return template[key].replace(PLACE, (found, name: string | undefined) =>
    name !== undefined && Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name]!(of)[key] : found,
  );
}

/** A placeholder in its braces, or a brace that is none. */
const PLACE = /\{([A-Za-z][A-Za-z.]{0,39})\}|\{[^{}]{0,40}\}?|\}/g;

/** What a rule found says nothing of a person; what somebody wrote into a card by hand may, so it stays in the hub. */
function messageOf(payload: FeedPayload): Bilingual {
  const about = aboutOf(payload);
  if (about.signal !== '') return about.message;
  return { zh: '内容请登录圭臬查看。', en: 'Sign in to Gnomon to read it.' };
}

function timeText(at: number): string {
  return formatInstant(at).slice(0, 19).replace('T', ' ');
}

function both(text: string): Bilingual {
  return { zh: text, en: text };
}
