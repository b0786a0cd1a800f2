import { bilingual, element, english } from './elements.js';
import { innermostName, termOf, typeOfValue } from './schema-model.js';
import { paintJson } from './tokens.js';
import { isText, isWords, showScalar } from './values.js';

const MOST_COLUMNS = 9;

/** The data of an answer as a person reads it: findings as entries, lists as tables, headings in Chinese out of the schema. */
export function readData(data, root, model) {
  const parts = partsOf(data, root, model);
  return parts.map(({ key, field, value, type }) => section(key, field, showValue(value, type, field, model)));
}

/** One event of a subscription. */
export function readEvent(data, root, model) {
  const [part] = partsOf(data, root, model);
  if (!part || part.value === null || typeof part.value !== 'object') return element('div', { class: 'entry' }, '—');
  return entry(part.value, part.type, model);
}

/** The keys of an object with their field and type; `__typename` is for machines. */
function partsOf(value, declared, model) {
  const type = typeOfValue(model, declared, value);
  return Object.entries(value)
    .filter(([key]) => key !== '__typename')
    .map(([key, one]) => {
      const field = type?.fields.get(key);
      return { key, field, value: one, type: field && model.types.get(innermostName(field.type)) };
    });
}

function showValue(value, type, field, model) {
  if (value === null || typeof value !== 'object') return showScalar(value, type, field);
  if (type?.kind === 'SCALAR') return rawJson(value);
  if (isText(value)) return showText(value);
  if (Array.isArray(value)) return showList(value, type, field, model);
  if (Array.isArray(value.nodes) || Array.isArray(value.edges)) return showConnection(value, type, model);
  return isFinding(value) ? entry(value, type, model) : showObject(value, type, model);
}

function showConnection(value, type, model) {
  const list = value.nodes ?? value.edges.map(({ node }) => node);
  const name = type?.fields.get(value.nodes ? 'nodes' : 'edges');
  const listed = name && model.types.get(innermostName(name.type));
  const node = value.nodes || !listed ? listed : model.types.get(innermostName(listed.fields.get('node').type));
  const shown = element('div', null, showList(list, node, null, model));
  if (value.pageInfo?.hasNextPage)
    shown.append(
      element(
        'p',
        { class: 'more' },
        ...bilingual('还有更多。把 endCursor 填入 after 读下一页', 'More follow: hand endCursor to after'),
        value.pageInfo.endCursor ? element('code', null, ` ${value.pageInfo.endCursor}`) : null,
      ),
    );
  return shown;
}

function showList(list, type, field, model) {
  if (list.length === 0) return element('p', { class: 'nothing' }, ...bilingual('没有', 'none'));
  if (list.every((one) => one === null || typeof one !== 'object' || isText(one)))
    return element(
      'span',
      null,
      list.flatMap((one, at) => [at ? '、' : '', inline(one, type, field, model)]),
    );
  const objects = list.filter((one) => one !== null);
  if (objects.some(isFinding))
    return element(
      'div',
      null,
      objects.map((one) => entry(one, type, model)),
    );
  const columns = [...new Set(objects.flatMap(Object.keys))].filter((key) => key !== '__typename');
  return columns.length <= MOST_COLUMNS && !objects.some(hasLongList)
    ? table(objects, columns, type, model)
    : element(
        'div',
        null,
        objects.map((one) => element('div', { class: 'block' }, showObject(one, type, model))),
      );
}
const hasLongList = (value) =>
  Object.values(value).some(
    (one) => Array.isArray(one) && one.some((item) => typeof item === 'object' && !isText(item)),
  );

function table(objects, columns, type, model) {
  const fields = columns.map((key) => type?.fields.get(key));
  const isNumeral = columns.map((key) => objects.every((one) => one[key] === null || typeof one[key] === 'number'));
  const classOf = (at) => (isNumeral[at] ? { class: 'numeral' } : null);
  const head = columns.map((key, at) => element('th', { scope: 'col', ...classOf(at) }, heading(key, fields[at])));
  const rows = objects.map((one) => {
    const parts = new Map(partsOf(one, type, model).map((part) => [part.key, part]));
    const cells = columns.map((key, at) => {
      const part = parts.get(key);
      return element('td', classOf(at), part ? inline(part.value, part.type, part.field, model) : '');
    });
    return element('tr', null, cells);
  });
  const made = element(
    'table',
    null,
    element('thead', { class: 'head' }, element('tr', null, head)),
    element('tbody', null, rows),
  );
  return element('div', { class: 'table' }, made);
}

function showObject(value, declared, model) {
  const parts = partsOf(value, declared, model);
  const isShort = (one) =>
    one.value === null || typeof one.value !== 'object' || isText(one.value) || isReference(one.value);
  const facts = parts.filter(isShort).flatMap(({ key, field, value: one, type }) => {
    return [
      element('dt', { class: 'heading' }, heading(key, field)),
      element('dd', null, inline(one, type, field, model)),
    ];
  });
  const rest = parts
    .filter((one) => !isShort(one))
    .map(({ key, field, value: one, type }) => section(key, field, showValue(one, type, field, model)));
  return element('div', null, facts.length > 0 ? element('dl', { class: 'facts' }, facts) : null, rest);
}
/** A few words about another thing: it fits on a line. */
const isReference = (value) =>
  !Array.isArray(value) &&
  Object.keys(value).length <= 4 &&
  Object.values(value).every(
    (one) => one === null || typeof one !== 'object' || isText(one) || (isReference(one) && !isFinding(one)),
  );

const isFinding = (value) =>
  value !== null && typeof value === 'object' && (isText(value.message) || holdsFinding(value));
const holdsFinding = (value) => 'kind' in value && Object.values(value).some((one) => isText(one?.message));

/** Something that was found, or that happened: level, kind and instant on a line, the message, then the rest. */
function entry(value, declared, model) {
  const parts = partsOf(value, declared, model);
  const inner = isText(value.message) ? null : parts.find(({ value: one }) => isText(one?.message));
  const own = parts.filter((part) => part !== inner && (inner === null || part.value !== null));
  const all = inner ? [...own, ...partsOf(inner.value, inner.type, model)] : own;
  const take = (wanted) => {
    const at = all.findIndex(wanted);
    return at < 0 ? null : all.splice(at, 1)[0];
  };
  const level = take(({ key, value: one }) => key === 'level' && one !== null) ?? warningLevel(declared, model);
  const message = take(({ key, value: one }) => key === 'message' && isText(one));
  const instant = take(({ key }) => key === 'turnedAt') ?? take(({ key }) => key === 'at');
  const words = [];
  for (let one = take(isEnum); one; one = take(isEnum)) words.push(one);
  const shown = ({ value: one, type, field }) => inline(one, type, field, model);
  const seen = new Set(['level']);
  return element(
    'article',
    { class: 'entry', 'data-level': level?.value },
    element(
      'div',
      { class: 'line' },
      level ? shown(level) : null,
      words.filter(({ key }) => !seen.has(key) && seen.add(key)).map(shown),
      instant
        ? element('span', { class: 'instant' }, headingText(instant.key, instant.field), ' ', shown(instant))
        : null,
    ),
    message ? element('p', { class: 'message' }, message.value.zh) : null,
    message?.value.en ? english(message.value.en) : null,
    element(
      'dl',
      { class: 'rest' },
      all
        .filter(({ key, value: one }) => one !== null && one !== '' && key !== 'cursor' && !(key === 'level'))
        .map((one) =>
          element('div', null, element('dt', null, headingText(one.key, one.field)), element('dd', null, shown(one))),
        ),
    ),
  );
}
/** A warning has one level, so the graph gives it no field for it. */
function warningLevel(declared, model) {
  const type = model.types.get('Level');
  return declared?.name === 'Warning' && type ? { key: 'level', value: 'WARNING', type } : null;
}
const isEnum = ({ type, value, key }) => type?.kind === 'ENUM' && typeof value === 'string' && key !== 'level';

/** A value within a line. */
function inline(value, type, field, model) {
  if (value === null || typeof value !== 'object') return showScalar(value, type, field);
  if (type?.kind === 'SCALAR') return rawJson(value);
  if (isText(value)) return showText(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return showScalar(null);
    return element(
      'span',
      null,
      value.flatMap((one, at) => [at ? '、' : '', inline(one, type, field, model)]),
    );
  }
  const parts = partsOf(value, type, model).filter(({ value: one }) => one !== null);
  parts.sort((one, other) => Number(isWords(other.value)) - Number(isWords(one.value)));
  return element(
    'span',
    null,
    parts.flatMap((one, at) => [at ? ' · ' : '', inline(one.value, one.type, one.field, model)]),
  );
}

const showText = ({ zh, en }) => element('span', null, zh, en ? [' ', english(en)] : null);

function rawJson(value) {
  const text = JSON.stringify(value, null, 2);
  const title = Array.isArray(value) ? `${value.length} 项` : `${Object.keys(value).length} 个字段`;
  return element('details', null, element('summary', null, title), element('pre', null, paintJson(text)));
}

function section(key, field, shown) {
  return element('div', { class: 'part' }, element('h3', { class: 'heading' }, heading(key, field)), shown);
}
const headingText = (key, field) => termOf(field?.description) ?? key;
function heading(key, field) {
  const term = termOf(field?.description);
  return term ? [term, element('code', null, key)] : [element('code', null, key)];
}
