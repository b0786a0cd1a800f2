import { join } from 'node:path';
import { loadPack, type RuleFile, type RuleProblem } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { createCalendarSet } from '@gnomon/working-time';
import { type CalendarFile, readCalendarFiles, readCalendarTexts } from '@gnomon/working-time/folder';
import type { Logger } from 'pino';
import type { RulesInForce, RulesPort } from './types.ts';

/** The rules of a folder, with the means to read it again. */
export interface FolderRules extends RulesPort {
  /**
   * Reads the folder again and swaps pack and calendars as a whole. On any problem the old ones stay in force.
   * @returns the problems; empty when the new rules are in force.
   */
  reload(): readonly RuleProblem[];
  /** The texts in force, as they were read. */
  texts(): RuleTexts;
}

/** Everything that rules and calendars are made of. */
export interface RuleTexts {
  /** `facts/`, `base/`, `overlays/`, `exemptions/`. */
  readonly files: readonly RuleFile[];
  /** What lies in `calendar/`, by path relative to it. */
  readonly calendar: readonly CalendarFile[];
}

/** How a rules folder is opened. */
export interface FolderRulesOptions {
  /** The folder that holds `facts/`, `base/`, `overlays/`, `exemptions/` and `calendar/`. */
  readonly folder: string;
  readonly log: Logger;
  /** Runs the rules' own tests before they come into force. Default true. */
  readonly runTests?: boolean;
}

/** Rules that could not come into force at the start; there are none before them to keep. */
export class RulesRefused extends Error {
  readonly problems: readonly RuleProblem[];

  constructor(folder: string, problems: readonly RuleProblem[]) {
    const list = problems.map(
      (problem) =>
        `${problem.file}:${problem.line}:${problem.column} ${problem.code} ${problem.message.zh} ${problem.message.en} → ${problem.remedy.zh} ${problem.remedy.en}`,
    );
    super(
      `规则未能启用，共 ${problems.length} 处问题 The rules of ${folder} were refused for ${problems.length} problem(s):\n${list.join('\n')}`,
    );
    this.name = 'RulesRefused';
    this.problems = problems;
  }
}

/**
 * Loads rules and calendars from a folder.
 * @throws {RulesRefused} when they cannot come into force; every problem is in it, not the first only.
 */
export function openFolderRules({ folder, log, runTests = true }: FolderRulesOptions): FolderRules {
  const listeners = new Set<(rules: RulesInForce) => void>();
  const first = loadFolder(folder, runTests);
  if ('problems' in first) throw new RulesRefused(folder, first.problems);
  let current = first.rules;
  let texts = first.texts;
  let refused: readonly RuleProblem[] = [];
  log.info(
    { pack: current.pack.hash, rules: current.pack.rules.size, calendar: current.calendar.hash },
    'rules in force',
  );

  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload() {
      const next = loadFolder(folder, runTests);
      refused = 'problems' in next ? next.problems : [];
      if ('problems' in next) {
        log.error(
          { problems: next.problems, pack: current.pack.hash },
          'new rules were refused; the old ones stay in force',
        );
        return next.problems;
      }
      if (next.rules.pack.hash === current.pack.hash && next.rules.calendar.hash === current.calendar.hash) return [];
      current = next.rules;
      texts = next.texts;
      log.info(
        { pack: current.pack.hash, rules: current.pack.rules.size, calendar: current.calendar.hash },
        'rules in force',
      );
      for (const listener of listeners) listener(current);
      return [];
    },
    texts: () => texts,
    problems: () => refused,
  };
}

/** Rules that are given and never change; `swap` puts others in force. For tests and for hosts that load elsewhere. */
export function fixedRules(rules: RulesInForce): RulesPort & { swap(next: RulesInForce): void } {
  const listeners = new Set<(rules: RulesInForce) => void>();
  let current = rules;
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    swap(next) {
      current = next;
      for (const listener of listeners) listener(current);
    },
  };
}

type Loaded =
  | { readonly rules: RulesInForce; readonly texts: RuleTexts }
  | { readonly problems: readonly RuleProblem[] };

function loadFolder(folder: string, runTests: boolean): Loaded {
  try {
    const texts = { files: readRulesFolder(folder), calendar: readCalendarTexts(join(folder, 'calendar')) };
    const compiled = compileRules(texts, { runTests, name: folder });
    return 'problems' in compiled ? compiled : { ...compiled, texts };
  } catch (cause) {
    return { problems: [unreadable(folder, cause)] };
  }
}

/**
 * Rules and calendars from their texts, or every problem that keeps them from coming into force.
 * @param options `runTests`: the rules' own tests too, default true; `name`: what a problem names where it has no file.
 */
export function compileRules(
  texts: RuleTexts,
  { runTests = true, name = 'rules' }: { readonly runTests?: boolean; readonly name?: string } = {},
): { readonly rules: RulesInForce } | { readonly problems: readonly RuleProblem[] } {
  try {
    const calendars = createCalendarSet(readCalendarFiles(texts.calendar));
    const loaded = loadPack(texts.files, { calendar: calendars.base, runTests });
    if ('problems' in loaded) return { problems: loaded.problems };
    return {
      rules: {
        pack: loaded.pack,
        calendar: calendars.base,
        // A scope is a division's code or a place's id; only digits can be a code.
        calendarFor: (scope) => calendars.in(/^\d+$/.test(scope) ? { division: scope } : { place: scope }),
      },
    };
  } catch (cause) {
    return { problems: [unreadable(name, cause)] };
  }
}

/** A file that is missing, no YAML, or a calendar that is none: as a problem, so that a reload keeps the old rules. */
function unreadable(folder: string, cause: unknown): RuleProblem {
  const { message = String(cause), file } = cause as { message?: string; file?: string };
  return {
    code: 'RULES_UNREADABLE',
    file: file ?? folder,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    message: { zh: `规则或日历无法读取：${message}`, en: `the rules or the calendar cannot be read: ${message}` },
    remedy: { zh: '请修正该文件后重新加载', en: 'mend the file and load again' },
  };
}
