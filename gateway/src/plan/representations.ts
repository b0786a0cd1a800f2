import type { GraphQLSchema } from 'graphql';
import { isObjectOfType, type QueryPlanSelectionNode } from '../apollo.ts';
import { mergeInto } from './merge.ts';

type Row = Record<string, unknown>;

/** Builds what `_entities` is asked with from what is known of an entity; `null` when a needed field is missing. */
export function representationOf(
  schema: GraphQLSchema,
  entity: Row,
  selections: readonly QueryPlanSelectionNode[],
): Row | null {
  const result: Row = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (!selection.typeCondition || !isObjectOfType(schema, entity, selection.typeCondition)) continue;
      mergeInto(result, representationOf(schema, entity, selection.selections));
      continue;
    }
    const name = selection.alias ?? selection.name;
    const value = Object.hasOwn(entity, name) ? entity[name] : undefined;
    if (value === undefined) return null;
    result[name] = selected(schema, value, selection.selections);
  }
  return result;
}

function selected(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[] | undefined,
): unknown {
  if (!selections || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => selected(schema, item, selections));
  return representationOf(schema, value as Row, selections);
}

/** The entities at a plan's path (`@` walks a list): one row, a list of rows, or nothing. */
export function rowsAt(value: unknown, path: readonly (string | number)[], from = 0): unknown {
  let current = value;
  for (let index = from; index < path.length; index++) {
    if (current === undefined || current === null) return current;
    const step = path[index]!;
    if (step === '@') {
      const next = index + 1;
      return (current as readonly unknown[]).flatMap((item) => rowsAt(item, path, next) as unknown[]);
    }
    if (Array.isArray(current)) throw new Error(`the plan's path ${path.join('.')} meets a list at ${step}`);
    current = Object.hasOwn(current as Row, step) ? (current as Row)[step] : undefined;
  }
  return current;
}

/** Where each row of {@link rowsAt} stands in the answer, in the same order, for the paths of errors. */
export function pathsOfRows(value: unknown, path: readonly (string | number)[]): (string | number)[][] {
  const found: (string | number)[][] = [];
  const walk = (current: unknown, step: number, at: (string | number)[]): void => {
    if (current === null || current === undefined) return;
    if (Array.isArray(current)) {
      const next = path[step] === '@' ? step + 1 : step;
      for (const [index, item] of current.entries()) walk(item, next, [...at, index]);
      return;
    }
    if (step === path.length) {
      found.push(at);
      return;
    }
    const name = path[step]!;
    if (Object.hasOwn(current as Row, name)) walk((current as Row)[name], step + 1, [...at, name]);
  };
  walk(value, 0, []);
  return found;
}
