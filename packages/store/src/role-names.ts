/** A schema's name as it may stand in role names and in `search_path`. */
export const SCHEMA_PATTERN = /^[a-z][a-z0-9_]{0,39}$/;

/** The role that owns a schema. */
export function ownerRole(schema: string): string {
  return `gnomon_${checkSchema(schema)}`;
}

/** The role that viewers' reads run as, under row security. */
export function readerRole(schema: string): string {
  return `${ownerRole(schema)}_reader`;
}

/** @throws {Error} when the name cannot be a schema of this project. */
export function checkSchema(schema: string): string {
  if (SCHEMA_PATTERN.test(schema)) return schema;
  throw new Error(
    `schema ${JSON.stringify(schema)}: expected lower-case letters, digits and _ (at most 40), for example work_items.`,
  );
}
