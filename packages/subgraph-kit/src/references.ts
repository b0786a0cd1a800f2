import { type DocumentNode, type FieldDefinitionNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql';
import { refusal } from './refusal.ts';

/** What a reference to an entity may hold: its keys, each a list of fields, and fields of others that this subgraph asks for. */
interface Referable {
  readonly keys: readonly (readonly string[])[];
  readonly asked: readonly string[];
}

const SHOWN = 60;

/**
 * Puts a door before `_entities`, which anybody may ask whom the subgraph lets ask: a reference that names nothing is refused by name at its own
 * place and spoils no other, and of one that does only the keys and the fields that the schema asks for go on. So nothing that a caller
 * writes into a reference is taken for what the subgraph itself has read.
 */
export function guardReferences(schema: GraphQLSchema, typeDefs: DocumentNode): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) return;
  const referable = referableOf(typeDefs);
  field.resolve = async (root, args: { readonly representations: readonly unknown[] }, context, info) => {
    const read = args.representations.map((one, index) => readReference(referable, one, index));
    const good = read.filter((one) => !(one instanceof GraphQLError));
    const found = (await resolve(root, { representations: good }, context, info)) as readonly unknown[];
    let next = 0;
    return read.map((one) => (one instanceof GraphQLError ? one : found[next++]));
  };
}

function readReference(referable: ReadonlyMap<string, Referable>, came: unknown, index: number): object {
  const given = typeof came === 'object' && came !== null ? (came as Readonly<Record<string, unknown>>) : {};
  const type = typeof given.__typename === 'string' ? given.__typename : '';
  const known = referable.get(type);
  const key = known?.keys.find((fields) => fields.every((name) => Object.hasOwn(given, name) && isKey(given[name])));
  if (known === undefined || key === undefined) return refused(index, type, known, came);
  const kept = ['__typename', ...key, ...known.asked].filter((name) => Object.hasOwn(given, name));
  return Object.fromEntries(kept.map((name) => [name, given[name]]));
}

/** A key is a text that a database can keep. */
const isKey = (value: unknown): boolean =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000');

function refused(index: number, type: string, known: Referable | undefined, came: unknown): GraphQLError {
  const shown = (JSON.stringify(came) ?? 'undefined').slice(0, SHOWN).toWellFormed();
  const [key = []] = known?.keys ?? [];
  const expected =
    known === undefined
      ? { zh: '以 __typename 写明本子图的实体类型', en: 'a __typename of an entity of this subgraph' }
      : { zh: `${type} 的 ${key.join('、')} 为文本`, en: `${type} with ${key.join(', ')} as text` };
  return refusal('BAD_INPUT', {
    zh: `第 ${index + 1} 个引用有误：应${expected.zh}，收到 ${shown}。请改正后重新查询。`,
    en: `Reference ${index + 1}: ${expected.en} was expected, ${shown} came; correct it and ask again.`,
  });
}

function referableOf(typeDefs: DocumentNode): ReadonlyMap<string, Referable> {
  const types = new Map<string, Referable>();
  for (const node of typeDefs.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const keys = (node.directives ?? []).flatMap(({ name, arguments: args = [] }) => {
      const fields = args.find((one) => one.name.value === 'fields')?.value;
      return name.value === 'key' && fields?.kind === Kind.STRING ? [fields.value.split(/\s+/).filter(Boolean)] : [];
    });
    const asked = (node.fields ?? []).filter(isExternal).map(({ name }) => name.value);
    const known = types.get(node.name.value) ?? { keys: [], asked: [] };
    types.set(node.name.value, { keys: [...known.keys, ...keys], asked: [...known.asked, ...asked] });
  }
  return new Map([...types].filter(([, { keys }]) => keys.length > 0));
}

const isExternal = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === 'external');
