import { innermostName } from './schema-model.js';
import { tokensOf } from './tokens.js';

/**
 * What the end of a text stands in: `{ options, field }`. `options` are what may be written there (fields, arguments, enum values, types),
 * `field` is the field or argument named last. Reads the tokens once, keeping a frame for each open bracket.
 */
export function placeAt(text, model) {
  const tokens = tokensOf(text);
  const frames = [];
  let pending = null;
  for (const [index, token] of tokens.entries()) {
    const frame = frames.at(-1);
    if (token.kind === 'name') pending = readName(token.text, frame, tokens, index, pending, model);
    else if (token.text === '{') {
      frames.push(frame?.kind === 'arguments' ? inputFrame(frame, model) : selectionFrame(frame, pending, model));
      pending = null;
    } else if (token.text === '(')
      frames.push({ kind: frame ? 'arguments' : 'variables', options: frame?.field?.args ?? [], field: null });
    else if (token.text === '}' || token.text === ')') frames.pop();
    else if (token.text === ':' && frame) frame.isValue = frame.kind !== 'selection';
    else if (token.text === '...') pending = null;
  }
  return placeOf(frames.at(-1), tokens, pending, model);
}

/** Whether the word at a place names a type: `... on Card`, `fragment Line on Card`; a field may be called `on`, too. */
const isTypeCondition = (tokens, index) =>
  tokens[index - 1]?.text === 'on' && (tokens[index - 2]?.text === '...' || tokens[index - 3]?.text === 'fragment');

/** Gives the type that the next selection is of, when the name decides that. */
function readName(name, frame, tokens, index, pending, model) {
  if (isTypeCondition(tokens, index)) return model.types.get(name) ?? null;
  if (!frame) return model.roots[name] ?? pending;
  if (frame.kind === 'selection') {
    if (tokens[index - 1]?.text !== '...') frame.field = frame.type?.fields.get(name) ?? null;
  } else if (frame.isValue) frame.isValue = false;
  else if (frame.kind === 'arguments') frame.field = frame.options.find((option) => option.name === name) ?? null;
  return pending;
}

function selectionFrame(frame, pending, model) {
  const type = pending ?? (frame ? frame.field && model.types.get(innermostName(frame.field.type)) : model.roots.query);
  return { kind: 'selection', type, field: null };
}

function inputFrame({ field }, model) {
  const type = field && model.types.get(innermostName(field.type));
  return { kind: 'arguments', options: [...(type?.inputFields.values() ?? [])], field: null };
}

function placeOf(frame, tokens, pending, model) {
  if (isTypeCondition(tokens, tokens.length))
    return { options: [...model.types.values()].filter(({ fields }) => fields.size > 0), field: null };
  if (!frame) {
    const kinds = pending ? [] : Object.entries(model.roots);
    return { options: kinds.map(([name, { description }]) => ({ name, description })), field: null };
  }
  if (frame.kind === 'selection') {
    const owner = frame.type;
    return { options: [...(owner?.fields.values() ?? [])], field: frame.field, owner };
  }
  const isInValue = frame.isValue || [tokens.at(-1), tokens.at(-2)].some((token) => token?.text === ':');
  const type = frame.field && model.types.get(innermostName(frame.field.type));
  return { options: isInValue ? [...(type?.enumValues.values() ?? [])] : (frame.options ?? []), field: frame.field };
}
