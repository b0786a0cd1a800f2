import { bilingual, element, english } from './elements.js';
import { termOf } from './schema-model.js';

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** A text in both languages. */
export const isText = (value) =>
  value !== null &&
  typeof value === 'object' &&
  typeof value.zh === 'string' &&
  Object.keys(value).every((key) => ['zh', 'en', '__typename'].includes(key));
/** What a person reads first of a thing: its name, not its code. */
export const isWords = (value) => isText(value) || (typeof value === 'string' && /\p{Script=Han}/u.test(value));

/** A single value: levels as chips, instants in China's time, enum values with the Chinese term of the schema. */
export function showScalar(value, type, field) {
  if (value === null || value === undefined) return element('span', { class: 'nothing', title: 'null' }, '—');
  if (typeof value === 'boolean')
    return element('span', null, ...(value ? bilingual('是', 'yes') : bilingual('否', 'no')));
  if (typeof value === 'number') return showNumber(value, field);
  if (type?.kind === 'ENUM') return showEnum(value, type);
  if (type?.name === 'DateTime') return showInstant(value);
  if (type?.name === 'Date') return element('span', { class: 'numeral' }, value);
  return /^(?:[\x21-\x7e]{9,}|[a-z]+[A-Z]\w*)$/.test(value) ? element('code', null, value) : value;
}

function showNumber(value, field) {
  if (field?.name === 'rate')
    return element('span', { class: 'numeral', title: String(value) }, `${(value * 100).toFixed(2)}%`);
  return element('span', { class: 'numeral' }, value.toLocaleString('zh-CN', { maximumFractionDigits: 4 }));
}

function showEnum(value, type) {
  const term = termOf(type.enumValues.get(value)?.description);
  const words = term ? [term, ' ', english(value)] : [value];
  const isLevel = type.name === 'Level' || type.name === 'CardLevel';
  return element('span', { class: isLevel ? 'chip' : 'enum', 'data-level': isLevel && value }, words);
}

/** China's civil time, milliseconds kept; the text as it came stands in the title. */
export function showInstant(value) {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  const civil = new Date(at + CHINA_OFFSET_MS).toISOString();
  return element(
    'time',
    { datetime: value, title: `北京时间 China time · ${value}` },
    `${civil.slice(0, 10)} ${civil.slice(11, 19)}`,
    element('span', { class: 'fraction' }, civil.slice(19, 23)),
  );
}
