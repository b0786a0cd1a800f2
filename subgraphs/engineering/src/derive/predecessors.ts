import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One line of the predecessor table (前置审批表): `kind` needs `needs`, unless the project is of one of these types. */
export interface Predecessor {
  readonly kind: string;
  readonly needs: string;
  readonly unless: readonly string[];
}

/** The table in `data/predecessors.yaml`. @throws {Error} when a line lacks its kind, its need or its basis */
export function readPredecessors(file: URL): readonly Predecessor[] {
  const lines = parse(readFileSync(file, 'utf8')) as readonly (Predecessor & {
    readonly basis?: { zh: string; en: string };
  })[];
  for (const line of lines)
    if (!line.kind || !line.needs || !Array.isArray(line.unless) || !line.basis?.zh)
      throw new Error(
        `predecessors.yaml: a line needs kind, needs, unless and basis, but reads ${JSON.stringify(line)}`,
      );
  return lines;
}
