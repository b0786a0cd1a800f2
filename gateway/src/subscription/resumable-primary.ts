import { type DocumentNode, type FieldNode, type GraphQLSchema, Kind, print, type ValueNode, visit } from 'graphql';
import type { CompiledOperation } from '../plan/graph-runtime.ts';

/** The first fetch of a subscription, rewritten so that the edge sets the cursor. */
export interface ResumablePrimary {
  readonly service: string;
  readonly document: DocumentNode;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variableNames: readonly string[];
  /** Name of the variable that carries the cursor; `null` where the field has no argument `after`. */
  readonly cursorVariable: string | null;
  /** The client's own `after`: a variable's name or a value. */
  readonly clientAfter: { readonly variable: string } | { readonly value: string | null };
}

const CURSOR_ARGUMENT = 'after';
const CURSOR_VARIABLE = 'edgeAfter';

/** Every subscription field that can be resumed has an argument `after`; the edge makes a variable of its own of it. */
export function resumablePrimary(compiled: CompiledOperation, schema: GraphQLSchema): ResumablePrimary {
  const primary = compiled.primary!;
  const original = primary.operationDocumentNode!;
  const base = { service: primary.serviceName, operationName: primary.operationName };
  const names = primary.variableUsages ?? [];
  const field = rootField(original);
  const argument = schema
    .getSubscriptionType()
    ?.getFields()
    [field.name.value]?.args.find(({ name }) => name === CURSOR_ARGUMENT);
  if (!argument) {
    return {
      ...base,
      document: original,
      text: primary.operation,
      variableNames: names,
      cursorVariable: null,
      clientAfter: { value: null },
    };
  }
  const given = field.arguments?.find(({ name }) => name.value === CURSOR_ARGUMENT)?.value;
  const cursorVariable = freeName(names);
  const document = withCursorVariable(original, field, cursorVariable, argument.type.toString());
  const clientAfter = afterOf(given);
  const isUsedOnce = 'variable' in clientAfter && countUses(original, clientAfter.variable) === 1;
  const variableNames = isUsedOnce ? names.filter((name) => name !== clientAfter.variable) : names;
  const used = isUsedOnce ? withoutVariable(document, clientAfter.variable) : document;
  return { ...base, document: used, text: print(used), variableNames, cursorVariable, clientAfter };
}

function rootField(document: DocumentNode): FieldNode {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const field = definition.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
    if (field) return field;
  }
  throw new Error(`The plan of a subscription begins without a field: ${print(document)}`);
}

function afterOf(given: ValueNode | undefined): ResumablePrimary['clientAfter'] {
  if (given?.kind === Kind.VARIABLE) return { variable: given.name.value };
  return { value: given?.kind === Kind.STRING ? given.value : null };
}

function freeName(taken: readonly string[]): string {
  let name = CURSOR_VARIABLE;
  while (taken.includes(name)) name = `${name}_`;
  return name;
}

function withCursorVariable(document: DocumentNode, field: FieldNode, variable: string, type: string): DocumentNode {
  const value = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } } as const;
  const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.replace(/!$/, '') } } as const;
  const definition = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: value,
    type: type.endsWith('!') ? ({ kind: Kind.NON_NULL_TYPE, type: named } as const) : named,
  } as const;
  const others = (field.arguments ?? []).filter(({ name }) => name.value !== CURSOR_ARGUMENT);
  const rewritten: FieldNode = {
    ...field,
    arguments: [...others, { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: CURSOR_ARGUMENT }, value }],
  };
  return visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), definition],
      selectionSet: {
        ...operation.selectionSet,
        selections: operation.selectionSet.selections.map((selection) => (selection === field ? rewritten : selection)),
      },
    }),
  });
}

function withoutVariable(document: DocumentNode, variable: string): DocumentNode {
  return visit(document, {
    VariableDefinition: (definition) => (definition.variable.name.value === variable ? null : undefined),
  });
}

function countUses(document: DocumentNode, variable: string): number {
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === variable) uses++;
    },
  });
  return uses;
}
