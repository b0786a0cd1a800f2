import { bilingual, byId, element, english } from './elements.js';
import { innermostName, termOf, typeText } from './schema-model.js';

const MOST_HITS = 120;
const KIND_ZH = {
  OBJECT: '对象',
  INTERFACE: '接口',
  UNION: '联合',
  ENUM: '枚举',
  INPUT_OBJECT: '输入',
  SCALAR: '标量',
};

/** The side bar's description of the graph: what can be asked first, every type a click away, searched by name or Chinese term. */
export function openSchemaBrowser() {
  let model = null;
  const show = (...children) => {
    byId('docs').replaceChildren(...children.flat());
    byId('schema').scrollTop = 0;
  };
  const link = (name, text = name) =>
    element('button', { type: 'button', class: 'link', onclick: () => showType(name) }, text);
  const typeLink = (type) => link(innermostName(type), typeText(type));

  function showHome() {
    const roots = Object.values(model.roots);
    const others = [...model.types.values()].filter((type) => !type.name.startsWith('__') && !roots.includes(type));
    others.sort((one, other) => one.name.localeCompare(other.name));
    show(element('ul', null, [...roots, ...others].map(typeLine)));
  }

  function typeLine(type) {
    return element(
      'li',
      null,
      element('span', { class: 'signature' }, link(type.name)),
      ' ',
      describe(type.description),
    );
  }

  function showType(name) {
    const type = model.types.get(name);
    if (!type) return;
    const members = [...type.fields.values(), ...type.inputFields.values(), ...type.enumValues.values()];
    const isRoot = Object.values(model.roots).includes(type);
    show(
      element('button', { type: 'button', class: 'link', onclick: search }, '← ', ...bilingual('全部', 'all types')),
      element('h3', { class: 'type-name' }, type.name, ' ', english(KIND_ZH[type.kind] ?? type.kind)),
      element('p', null, describe(type.description)),
      element('ul', null, members.map(memberLine)),
      isRoot || !type.possibleTypes?.length
        ? null
        : element(
            'p',
            null,
            '可能是 ',
            english('one of '),
            type.possibleTypes.flatMap((one) => [link(one.name), ' ']),
          ),
    );
  }

  function memberLine({ name, args = [], type, description }) {
    return element(
      'li',
      { 'data-member': name },
      element('span', { class: 'signature' }, name, type ? [': ', typeLink(type)] : null),
      ' ',
      describe(description),
      args.length === 0
        ? null
        : element(
            'ul',
            { class: 'arguments' },
            args.map((arg) => memberLine(arg)),
          ),
    );
  }

  function search() {
    if (!model) return;
    const wanted = byId('search').value.trim().toLowerCase();
    if (!wanted) return showHome();
    const matches = ({ name, description }) =>
      name.toLowerCase().includes(wanted) || (description ?? '').toLowerCase().includes(wanted);
    const hits = [];
    for (const type of model.types.values()) {
      if (type.name.startsWith('__')) continue;
      if (matches(type)) hits.push([rank(type, wanted), typeLine(type)]);
      for (const field of [...type.fields.values(), ...type.inputFields.values(), ...type.enumValues.values()])
        if (matches(field)) hits.push([rank(field, wanted) + 1, fieldLine(type, field)]);
    }
    hits.sort(([one], [other]) => one - other);
    const lines = hits.slice(0, MOST_HITS).map(([, line]) => line);
    show(
      element('p', { class: 'small' }, ...bilingual(`${hits.length} 处`, `${hits.length} found`)),
      element('ul', null, lines),
    );
  }

  function fieldLine(type, field) {
    return element(
      'li',
      null,
      element('span', { class: 'signature' }, link(type.name), `.${field.name}`),
      ' ',
      describe(field.description),
    );
  }

  byId('search').addEventListener('input', search);
  return {
    /** Takes another schema; null while there is none, with what to say instead. */
    take(given, instead = []) {
      model = given;
      if (model) search();
      else show(instead);
    },
  };
}

/** 0 for the name itself, 2 for its beginning, 4 for a Chinese term, 6 for the rest. */
function rank({ name, description }, wanted) {
  if (name.toLowerCase() === wanted || termOf(description) === wanted) return 0;
  if (name.toLowerCase().startsWith(wanted)) return 2;
  return termOf(description)?.includes(wanted) ? 4 : 6;
}

/** The Chinese term, then the English sentence without it. */
function describe(description) {
  if (!description) return null;
  const term = termOf(description);
  const sentence = term ? description.replace(` (${term})`, '').replace(`（${term}）`, '') : description;
  return [
    term ? element('span', { class: 'term' }, term) : null,
    element('span', { class: 'about', lang: 'en' }, sentence),
  ];
}
