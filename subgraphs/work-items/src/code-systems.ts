import { readFileSync } from 'node:fs';
import { type CodeFile, type CodeLists, compileCodeLists } from '@gnomon/records';
import { parse } from 'yaml';

/** The code lists of all sources, each inside its own system, and the words by which names are understood. */
export interface CodeSystems extends CodeLists {
  stepKind(name: string): string;
  specialKind(name: string): string;
  readonly suspendingByLaw: ReadonlySet<string>;
  isEmptyPhrase(text: string): boolean;
  isSecret(mark: string): boolean;
}

interface WordFile extends CodeFile {
  readonly stepNames: readonly { readonly contains: string; readonly kind: string }[];
  readonly specialNames: readonly { readonly contains: string; readonly kind: string }[];
  readonly suspendingByLaw: readonly string[];
  readonly emptyPhrases: readonly string[];
  readonly notSecret: readonly string[];
}

/** Reads `data/code-systems.yaml`, which comes with the subgraph. @throws {Error} when a system extends one that is not there. */
export function readCodeSystems(file = new URL('../data/code-systems.yaml', import.meta.url)): CodeSystems {
  return compileCodeSystems(parse(readFileSync(file, 'utf8')) as WordFile);
}

/** Compiles the parsed file. Pure. */
export function compileCodeSystems(file: WordFile): CodeSystems {
  const secretFree = new Set(file.notSecret);
  const phrases = new Set(file.emptyPhrases);
  const steps = new Map<string, string>();
  return {
    ...compileCodeLists(file),
    stepKind(name) {
      let kind = steps.get(name);
      if (kind === undefined) {
        kind = file.stepNames.find((entry) => name.includes(entry.contains))?.kind ?? 'OTHER';
        if (steps.size < 10_000) steps.set(name, kind);
      }
      return kind;
    },
    specialKind: (name) => file.specialNames.find((entry) => name.includes(entry.contains))?.kind ?? 'OTHER',
    suspendingByLaw: new Set(file.suspendingByLaw),
    isEmptyPhrase: (text) => phrases.has(text.replace(/[\s。．.，,；;]+/gu, '')),
    isSecret: (mark) => !secretFree.has(mark.trim()),
  };
}
