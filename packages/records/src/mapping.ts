import { readFileSync } from 'node:fs';
import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';
import { parse } from 'yaml';

/** A mapping file: how the lines of a foreign log become rows of the push tables. */
export interface Mapping {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** What must be published before its rows are taken in. */
  readonly reference: {
    readonly agencies: readonly ReferenceAgency[];
    readonly sources: readonly ReferenceSource[];
    readonly items: readonly ReferenceItem[];
  };
  /** The rows of one input line. @throws {RangeError} when the line is of no kind that the mapping names. */
  rowsOf(kind: string, line: Readonly<Record<string, unknown>>): readonly Record<string, unknown>[];
  /** The kind of a file by its name (`items`, `events`), or `null` when the mapping does not know it. */
  kindOf(fileName: string): string | null;
}

interface Entry {
  readonly table: string;
  readonly when?: string;
  readonly nodes?: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
}
interface MappingFile {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly files: Readonly<Record<string, string>>;
  readonly lookup?: {
    readonly field: string;
    readonly prefix: number;
    readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly reference: Mapping['reference'];
  readonly every: Readonly<Record<string, string>>;
  readonly [kind: string]: unknown;
}

/** Reads a mapping file. @throws {Error} when there is none, or it is no mapping. */
export function readMapping(file: URL): Mapping {
  return compileMapping(parse(readFileSync(file, 'utf8')) as MappingFile);
}

/** Compiles a parsed mapping file. Pure. */
export function compileMapping(file: MappingFile): Mapping {
  const kinds = Object.entries(file.files).map(([kind, pattern]) => ({ kind, pattern: globOf(pattern) }));
  return {
    id: file.id,
    zh: file.zh,
    en: file.en,
    reference: file.reference,
    kindOf: (name) => kinds.find(({ pattern }) => pattern.test(name))?.kind ?? null,
    rowsOf(kind, line) {
      const entries = file[kind] as readonly Entry[] | undefined;
      if (entries === undefined || !(kind in file.files))
        throw new RangeError(
          `mapping ${file.id}: no kind "${kind}"; one of ${Object.keys(file.files).join(', ')} was expected`,
        );
      const looked = lookup(file, line);
      const fill = (template: string): string =>
        template.replace(/\{([\w.]+)(?:@(offset|\d+:\d+))?\}/g, (_, name: string, form?: string) =>
          value(name, form, line, looked),
        );
      return entries
        .filter(
          (entry) =>
            (entry.when === undefined || isGiven(line[entry.when])) &&
            (entry.nodes === undefined || entry.nodes.includes(String(line.node))),
        )
        .map((entry) => {
          const row: Record<string, unknown> = { table: entry.table };
          for (const [name, template] of [...Object.entries(file.every), ...Object.entries(entry.columns)]) {
            const filled = fill(String(template));
            if (filled !== '') row[name] = filled;
          }
          return row;
        });
    },
  };
}

function lookup(file: MappingFile, line: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  if (file.lookup === undefined) return {};
  return file.lookup.values[String(line[file.lookup.field] ?? '').slice(0, file.lookup.prefix)] ?? {};
}

/** `{name}` is the field, `{name@offset}` the offset of its time, `{name@5:2}` two characters of it from the fifth (counted from 0). */
function value(
  name: string,
  form: string | undefined,
  line: Readonly<Record<string, unknown>>,
  looked: Readonly<Record<string, string>>,
): string {
  if (name.startsWith('lookup.')) return looked[name.slice(7)] ?? '';
  const found = line[name];
  if (!isGiven(found)) return '';
  if (form === undefined) return String(found);
  if (form === 'offset') return offsetOf(String(found));
  const [from, length] = form.split(':').map(Number) as [number, number];
  return String(found).slice(from, from + length);
}

/** Minutes east of UTC of an ISO text: `+02:00` → `120`. */
function offsetOf(iso: string): string {
  const match = /([+-])(\d{2}):?(\d{2})$/.exec(iso);
  if (match === null) return iso.endsWith('Z') ? '0' : '';
  return String((Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1));
}

function isGiven(found: unknown): boolean {
  return found !== undefined && found !== null && found !== '';
}

function globOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^$()|[\]{}\\]/g, '\\$&'))
      .join('.*')}(\\.gz)?$`,
  );
}
