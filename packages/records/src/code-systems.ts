import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One value of a code list. `from`/`to` are instants (`to` exclusive). */
export interface CodeValue {
  /** The hub's own word for it. */
  readonly means: string;
  readonly from: number;
  readonly to: number;
}

/** The code lists of all sources, each inside its own system. */
export interface CodeLists {
  readonly defaultSystem: string;
  has(system: string): boolean;
  /** The value of `code` in `list` of `system` on the day of `at`; `null` when it was not valid then. */
  find(system: string, list: string, code: string, at: number): string | null;
}

/** A file of code systems as it is written: `default`, and `systems` of lists, one extending another. */
export interface CodeFile {
  readonly default: string;
  readonly systems: Record<string, Record<string, unknown> & { readonly extends?: string }>;
}
type Lists = ReadonlyMap<string, ReadonlyMap<string, CodeValue>>;

/** Reads a file of code systems. @throws {Error} when a system extends one that is not there. */
export function readCodeLists(file: URL): CodeLists {
  return compileCodeLists(parse(readFileSync(file, 'utf8')) as CodeFile);
}

/** Compiles the parsed file. Pure. */
export function compileCodeLists(file: CodeFile): CodeLists {
  const systems = new Map<string, Lists>();
  for (const name of Object.keys(file.systems)) systems.set(name, listsOf(file, name));
  return {
    defaultSystem: file.default,
    has: (system) => systems.has(system),
    find(system, list, code, at) {
      const value = systems.get(system)?.get(list)?.get(code);
      return value === undefined || at < value.from || at >= value.to ? null : value.means;
    },
  };
}

function listsOf(file: CodeFile, name: string): Lists {
  const system = file.systems[name];
  if (system === undefined)
    throw new Error(`code-systems.yaml: the system ${name} is extended but not defined; define it.`);
  const lists = new Map(system.extends === undefined ? [] : listsOf(file, system.extends));
  for (const [list, values] of Object.entries(system)) {
    if (list === 'extends') continue;
    const entries = Object.entries(values as Record<string, { means: string; from?: string; to?: string }>);
    lists.set(
      list,
      new Map(
        entries.map(([code, value]) => [
          code,
          { means: value.means, from: midnight(value.from, -Infinity), to: midnight(value.to, Infinity) },
        ]),
      ),
    );
  }
  return lists;
}

function midnight(date: string | undefined, otherwise: number): number {
  return date === undefined ? otherwise : Date.parse(`${date}T00:00:00+08:00`);
}
