import {
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSubtype,
  type Operation,
  type Schema,
  type SelectionSet,
  type Type,
  Variable,
} from '../apollo.ts';

/** Thrown by a shape that met what it was not compiled for; the stock shaper then decides, so that both always agree. */
export class ShapeSurprise extends Error {}

type Row = Record<string, unknown>;
type Variables = Readonly<Record<string, unknown>>;

/** Turns the merged data of the subgraphs into the answer. @throws {ShapeSurprise} when the stock shaper must decide. */
export type ResponseShape = (data: Row, variables: Variables) => Row;

type Completer = (value: unknown) => unknown;
interface FieldPlan {
  readonly responseName: string;
  /** `null` for `__typename`. */
  readonly complete: Completer | null;
}
const MAX_CONDITION_SETS = 16;

/**
 * Compiles the shape of an operation's answer: per concrete type a flat list of fields, in the order in which they first appear.
 * Only answers without anything odd are shaped; a null where none may be, an unknown type, a leaf of the wrong kind is a surprise.
 * @returns `null` where the operation asks for introspection, which the stock executor answers.
 */
export function compileResponseShape(operation: Operation): ResponseShape | null {
  const schema = operation.schema();
  const root = schema.schemaDefinition.rootType(operation.rootKind);
  if (!root || asksForIntrospection(operation.selectionSet)) return null;
  const conditions = [...conditionVariables(operation.selectionSet)];
  const defaults = operation.collectDefaultedVariableValues();
  if (conditions.length === 0) return shapeOf(schema, operation.selectionSet, root.name, {});
  const shapes = new Map<string, ResponseShape>();
  return (data, variables) => {
    const values: Row = Object.create(null);
    for (const name of conditions) values[name] = variables[name] ?? defaults[name];
    const key = JSON.stringify(values);
    let shape = shapes.get(key);
    if (!shape) {
      if (shapes.size >= MAX_CONDITION_SETS) throw new ShapeSurprise('too many sets of conditions');
      shape = shapeOf(schema, operation.selectionSet, root.name, values);
      shapes.set(key, shape);
    }
    return shape(data, variables);
  };
}

function shapeOf(schema: Schema, selections: SelectionSet, rootType: string, conditions: Variables): ResponseShape {
  const completeRoot = objectCompleter(schema, [selections], rootType, conditions);
  return (data) => completeRoot(data) as Row;
}

/** Completes an object whose type is `declared`, or what its `__typename` says. Field lists are made once per concrete type. */
function objectCompleter(
  schema: Schema,
  selections: readonly SelectionSet[],
  declared: string,
  conditions: Variables,
): Completer {
  const plans = new Map<string, readonly FieldPlan[]>();
  return (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ShapeSurprise('no object');
    const row = value as Row;
    const typename = row.__typename ?? declared;
    if (typeof typename !== 'string') throw new ShapeSurprise('__typename is no string');
    let plan = plans.get(typename);
    if (!plan) {
      plan = fieldPlans(schema, selections, typename, conditions);
      plans.set(typename, plan);
    }
    const output: Row = {};
    for (let index = 0; index < plan.length; index++) {
      const { responseName, complete } = plan[index]!;
      output[responseName] = complete === null ? typename : complete(row[responseName]);
    }
    return output;
  };
}

function fieldPlans(
  schema: Schema,
  selections: readonly SelectionSet[],
  typename: string,
  conditions: Variables,
): FieldPlan[] {
  const type = schema.type(typename);
  if (!type || !(isObjectType(type) || isAbstractType(type))) throw new ShapeSurprise(`unknown type ${typename}`);
  const fields = new Map<string, { type: Type | null; name: string; sub: SelectionSet[] }>();
  const collect = (set: SelectionSet): void => {
    for (const selection of set.selections()) {
      if (isSkipped(selection.element, schema, conditions)) continue;
      if (selection.kind === 'FragmentSelection') {
        const condition = selection.element.typeCondition;
        if (!condition || isSubtype(condition, type)) collect(selection.selectionSet);
        continue;
      }
      const field = selection.element;
      const responseName = field.responseName();
      // A missing `constructor` would be read from the prototype of a parsed row.
      if (responseName in Object.prototype) throw new ShapeSurprise(`a field answers as ${responseName}`);
      if (field.name === '__typename') {
        if (!isObjectType(type)) throw new ShapeSurprise(`__typename of abstract ${typename}`);
        if (!fields.has(responseName)) fields.set(responseName, { type: null, name: field.name, sub: [] });
        continue;
      }
      const known = fields.get(responseName);
      if (known && known.name !== field.name) throw new ShapeSurprise(`${responseName} means two fields`);
      const entry = known ?? { type: field.definition.type as Type, name: field.name, sub: [] };
      if (selection.selectionSet) entry.sub.push(selection.selectionSet);
      fields.set(responseName, entry);
    }
  };
  for (const set of selections) collect(set);
  return [...fields].map(([responseName, { type: fieldType, sub }]) => ({
    responseName,
    complete: fieldType === null ? null : completer(schema, fieldType, sub, conditions),
  }));
}

function completer(schema: Schema, type: Type, sub: readonly SelectionSet[], conditions: Variables): Completer {
  if (isNonNullType(type)) {
    const inner = completer(schema, type.ofType as Type, sub, conditions);
    return (value) => {
      if (value === null || value === undefined) throw new ShapeSurprise('null where none may be');
      return inner(value);
    };
  }
  const present = presentCompleter(schema, type, sub, conditions);
  return (value) => (value === null || value === undefined ? null : present(value));
}

function presentCompleter(schema: Schema, type: Type, sub: readonly SelectionSet[], conditions: Variables): Completer {
  if (isListType(type)) {
    const item = completer(schema, type.ofType as Type, sub, conditions);
    return (value) => {
      if (!Array.isArray(value)) throw new ShapeSurprise('no list');
      const output = new Array<unknown>(value.length);
      for (let index = 0; index < value.length; index++) output[index] = item(value[index]);
      return output;
    };
  }
  if (isScalarType(type)) return leafCompleter(type.name);
  if (isEnumType(type)) {
    const values = new Set(type.values.map((value) => value.name));
    return (value) => {
      if (typeof value !== 'string' || !values.has(value)) throw new ShapeSurprise('unknown enum value');
      return value;
    };
  }
  return objectCompleter(schema, sub, (type as { name: string }).name, conditions);
}

const LEAF_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
};

function leafCompleter(name: string): Completer {
  const fits = Object.hasOwn(LEAF_CHECKS, name) ? LEAF_CHECKS[name] : undefined;
  if (!fits) return (value) => value;
  return (value) => {
    if (!fits(value)) throw new ShapeSurprise(`a ${name} of another kind`);
    return value;
  };
}

type Element = ReturnType<SelectionSet['selections']>[number]['element'];

function conditionOf(element: Element, directive: 'skip' | 'include'): unknown {
  const applied = element.appliedDirectives.find((candidate) => candidate.name === directive);
  return applied ? (applied.arguments() as { if: unknown }).if : undefined;
}

function isSkipped(element: Element, _schema: Schema, conditions: Variables): boolean {
  const truth = (value: unknown): boolean => {
    const known = value instanceof Variable ? conditions[value.name] : value;
    if (typeof known !== 'boolean') throw new ShapeSurprise('a condition that is no boolean');
    return known;
  };
  const skip = conditionOf(element, 'skip');
  if (skip !== undefined && truth(skip)) return true;
  const include = conditionOf(element, 'include');
  return include !== undefined && !truth(include);
}

function conditionVariables(set: SelectionSet, into = new Set<string>()): Set<string> {
  for (const selection of set.selections()) {
    for (const directive of ['skip', 'include'] as const) {
      const value = conditionOf(selection.element, directive);
      if (value instanceof Variable) into.add(value.name);
    }
    if (selection.selectionSet) conditionVariables(selection.selectionSet, into);
  }
  return into;
}

function asksForIntrospection(set: SelectionSet): boolean {
  return set
    .selections()
    .some((selection) =>
      selection.kind === 'FieldSelection'
        ? selection.element.definition.isSchemaIntrospectionField()
        : asksForIntrospection(selection.selectionSet),
    );
}
