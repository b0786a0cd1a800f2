/** What the page asks of the graph's own description. */
export const SCHEMA_QUERY = `{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name description
  fields(includeDeprecated: true) { name description type { ...T } args { name description type { ...T } defaultValue } }
  inputFields { name description type { ...T } defaultValue } enumValues { name description } possibleTypes { name } interfaces { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

/** The answer to `SCHEMA_QUERY` with everything by its name. */
export function modelOf({ queryType, mutationType, subscriptionType, types }) {
  const byName = new Map();
  for (const type of types) {
    byName.set(type.name, {
      ...type,
      fields: named(type.fields),
      inputFields: named(type.inputFields),
      enumValues: named(type.enumValues),
    });
  }
  const roots = { query: queryType, subscription: subscriptionType, mutation: mutationType };
  return {
    types: byName,
    roots: Object.fromEntries(
      Object.entries(roots)
        .filter(([, root]) => root)
        .map(([kind, { name }]) => [kind, byName.get(name)]),
    ),
  };
}
const named = (list) => new Map((list ?? []).map((one) => [one.name, one]));

/** `[Card!]!` as it is written. */
export function typeText(type) {
  if (type.kind === 'NON_NULL') return `${typeText(type.ofType)}!`;
  return type.kind === 'LIST' ? `[${typeText(type.ofType)}]` : type.name;
}
/** The name inside of lists and exclamation marks. */
export const innermostName = (type) => (type.ofType ? innermostName(type.ofType) : type.name);
/** Whether a selection must follow. */
export const isComposite = (type) => ['OBJECT', 'INTERFACE', 'UNION'].includes(type?.kind);
/** Whether an argument must be given. */
export const isRequired = ({ type, defaultValue }) => type.kind === 'NON_NULL' && (defaultValue ?? null) === null;

/**
 * The Chinese term that a description of the graph carries in brackets, or null: the schema is the page's dictionary, so that headings
 * and enum values read Chinese without a list of words kept here.
 */
export function termOf(description) {
  return /[((]([^()()]*\p{Script=Han}[^()()]*)[))]/u.exec(description ?? '')?.[1] ?? null;
}

/** The type of a value: what `__typename` says, else the first possible type that has all of its keys. */
export function typeOfValue(model, declared, value) {
  const said = model.types.get(value.__typename);
  if (said) return said;
  if (!declared?.possibleTypes?.length) return declared;
  const keys = Object.keys(value);
  const candidates = declared.possibleTypes.map(({ name }) => model.types.get(name));
  return candidates.find((type) => keys.every((key) => type.fields.has(key))) ?? declared;
}
