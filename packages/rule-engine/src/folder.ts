import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFile } from './types.ts';

/** The folders of `rules/` that make a pack; the calendar is data of its own. */
export const RULE_FOLDERS = ['facts', 'base', 'overlays', 'exemptions'] as const;

/**
 * Reads `facts/`, `base/`, `overlays/` and `exemptions/` of a rules folder, sorted by path.
 * A folder that is not there counts as empty.
 * @throws {NodeJS.ErrnoException} when a file cannot be read
 */
export function readRulesFolder(directory: string): readonly RuleFile[] {
  return RULE_FOLDERS.flatMap((folder) =>
    namesIn(join(directory, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(directory, folder, name), 'utf8') })),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
