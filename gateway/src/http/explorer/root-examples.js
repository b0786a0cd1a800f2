import { innermostName, isComposite, isRequired } from './schema-model.js';

const SHOWN_LEAVES = 8;
const SHOWN_NESTED = 3;

/** A valid operation for any root field, made from the schema: required arguments become variables. */
export function exampleOf(kind, field, model) {
  const required = field.args.filter(isRequired);
  const name = field.name[0].toUpperCase() + field.name.slice(1);
  const declared = required.map((arg) => `$${arg.name}: ${textOf(arg.type)}`).join(', ');
  const given = required.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const query = `${kind} ${name}${declared && `(${declared})`} {\n  ${field.name}${given && `(${given})`}${selection(field.type, model, 2, 1)}\n}\n`;
  return { query, variables: Object.fromEntries(required.map((arg) => [arg.name, placeholderOf(arg.type, model)])) };
}
const textOf = (type) =>
  type.kind === 'NON_NULL' ? `${textOf(type.ofType)}!` : type.kind === 'LIST' ? `[${textOf(type.ofType)}]` : type.name;

function placeholderOf(type, model) {
  const inner = model.types.get(innermostName(type));
  if (inner?.kind === 'INPUT_OBJECT')
    return Object.fromEntries(
      [...inner.inputFields.values()].filter(isRequired).map((one) => [one.name, placeholderOf(one.type, model)]),
    );
  return inner?.kind === 'ENUM' ? [...inner.enumValues.keys()][0] : '';
}

function selection(fieldType, model, depth, level) {
  const type = model.types.get(innermostName(fieldType));
  if (!isComposite(type)) return '';
  const pad = '  '.repeat(level + 1);
  const usable = [...type.fields.values()].filter(({ args }) => !args.some(isRequired));
  const innerOf = (field) => model.types.get(innermostName(field.type));
  const leaves = usable.filter((field) => !isComposite(innerOf(field))).slice(0, SHOWN_LEAVES);
  const nested = depth > 0 ? usable.filter((field) => innerOf(field)?.kind === 'OBJECT').slice(0, SHOWN_NESTED) : [];
  const lines = [
    ...leaves.map(({ name }) => pad + name),
    ...nested.map((field) => pad + field.name + selection(field.type, model, depth - 1, level + 1)),
  ];
  return ` {\n${(lines.length > 0 ? lines : [`${pad}__typename`]).join('\n')}\n${'  '.repeat(level)}}`;
}
