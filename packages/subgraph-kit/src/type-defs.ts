import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * The schema of a subgraph as text: `schema.graphql` of its folder, followed by the files of `schema/` in the order of their names.
 * @param folder URL of the subgraph's folder, ending in a slash.
 */
export function typeDefsOf(folder: URL): string {
  const parts = new URL('schema/', folder);
  const files = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.graphql')) : [];
  const texts = [new URL('schema.graphql', folder), ...files.sort().map((name) => new URL(name, parts))];
  return texts.map((file) => readFileSync(file, 'utf8')).join('\n');
}
