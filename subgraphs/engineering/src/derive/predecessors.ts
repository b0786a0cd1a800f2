import { readFileSync } from 'node:fs';
import type { Bilingual } from '@gnomon/rule-engine';
import { parse } from 'yaml';

/** One line of the predecessor table (前置审批表): `kind` needs `needs`, unless the project is of one of these types. */
export interface Predecessor {
  readonly kind: string;
  readonly needs: string;
  readonly unless: readonly string[];
  /** What messages call them. */
  readonly kindName: Bilingual;
  readonly needsName: Bilingual;
}

interface PredecessorFile {
  readonly names: Readonly<Record<string, Bilingual>>;
  readonly order: readonly {
    readonly kind: string;
    readonly needs: string;
    readonly unless: readonly string[];
    readonly basis?: Bilingual;
  }[];
}

/** The table in `data/predecessors.yaml`. @throws {Error} when a line lacks its names, its list of types or its basis */
export function readPredecessors(file: URL): readonly Predecessor[] {
  const { names, order } = parse(readFileSync(file, 'utf8')) as PredecessorFile;
  return order.map(({ basis, ...line }) => {
    const [kindName, needsName] = [names[line.kind], names[line.needs]];
    if (kindName === undefined || needsName === undefined || !Array.isArray(line.unless) || !basis?.zh || !basis.en)
      throw new Error(
        `predecessors.yaml: expected kind and needs that stand in \`names\`, unless (a list) and basis, but read ${JSON.stringify(line)}; correct the line.`,
      );
    return { ...line, kindName, needsName };
  });
}
