import { packOverTime, type RuleProblem } from '@gnomon/rule-engine';
import type { Feed, FeedEntry, TimeSource } from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';
import type { Logger } from 'pino';
import { pause } from './background.ts';
import { compileRules, type FolderRules, type RuleTexts } from './rules-port.ts';
import type { BackgroundPart, RulesInForce } from './types.ts';

/** The stream of published rule texts; every process reads it from its first entry on. */
export const LAW_STREAM = 'law';
const READ = 500;
const LOOK_MS = 1_000;
/**
 * So many instants of force stay apart, about 2 MB each; an instant before them is judged by what held when the earliest of them came, so
 * that it may meet a version that was not in force yet.
 */
const MOST_EPOCHS = 50;

/** A rule text as the stream tells it: proposed, published with its instant of force, or withdrawn. */
export interface LawEntry {
  readonly id: string;
  /** Path in the rules folder, for example `base/WI-03.yaml` or `calendar/notices/2027.json`. */
  readonly path: string;
  /** Empty: the file of that path is repealed. */
  readonly text: string;
  /** Division that answers for it: before it is consulted on, it is seen from there and above alone. */
  readonly division: string;
  readonly state: 'PROPOSED' | 'CONSULTED' | 'PUBLISHED' | 'WITHDRAWN';
  /** ISO instant; null unless published. */
  readonly inForceAt: string | null;
}

/** The rules of a folder (the seed) with what was published since, each text from its own instant on. */
export interface PublishedRules extends FolderRules {
  /** Follows the stream and swaps at the exact instant of force. */
  readonly part: BackgroundPart & Required<Pick<BackgroundPart, 'settle'>>;
  /** Texts that are published and could not come into force here; the rules before them hold on. Empty when all is well. */
  readonly failed: ReadonlyMap<string, readonly RuleProblem[]>;
}

/** What published rules are opened with. */
export interface PublishedRulesOptions {
  readonly seed: FolderRules;
  readonly feed: Feed;
  readonly time: TimeSource;
  readonly log: Logger;
  /** Runs the rules' own tests again before a publication is taken. Default true. */
  readonly runTests?: boolean;
}

interface Epoch {
  readonly from: Instant;
  readonly rules: RulesInForce;
}

/**
 * Opens the rules as published up to now. Compiled when they are published and swapped when they come into force, in every process at
 * the same instant; judgements about an earlier instant keep to the version of that instant (`packOverTime`).
 */
export async function openPublishedRules(options: PublishedRulesOptions): Promise<PublishedRules> {
  const { seed, feed, time, log, runTests = true } = options;
  const listeners = new Set<(rules: RulesInForce) => void>();
  const texts = new Map<string, LawEntry>();
  const failed = new Map<string, readonly RuleProblem[]>();
  const compiled = new Map<string, ReturnType<typeof compileRules>>();
  const drafts = new Map<string, ReturnType<typeof compileRules>>();
  let cursor: string | null = null;
  let epochs: readonly Epoch[] = [];
  let shown = -1;
  let current = seed.current();

  const compile = (entries: readonly LawEntry[]): ReturnType<typeof compileRules> => {
    const key = entries.map(({ id }) => id).join(' ');
    let found = compiled.get(key);
    if (found === undefined) compiled.set(key, (found = compileRules(withTexts(seed.texts(), entries), { runTests })));
    return found;
  };

  const rebuild = (): void => {
    const published = [...texts.values()].filter(({ state }) => state === 'PUBLISHED').sort(byForce);
    const instants = [...new Set(published.map(forceOf))].slice(-MOST_EPOCHS);
    failed.clear();
    const next: Epoch[] = [{ from: -Infinity, rules: seed.current() }];
    const held: LawEntry[] = published.filter((entry) => !instants.includes(forceOf(entry)));
    if (held.length > 0) next[0] = { from: -Infinity, rules: rulesOf(compile(held)) ?? seed.current() };
    for (const from of instants) {
      const news = published.filter((entry) => forceOf(entry) === from);
      const found = compile([...held, ...news]);
      if ('rules' in found) {
        held.push(...news);
        next.push({ from, rules: found.rules });
        continue;
      }
      for (const { id } of news) failed.set(id, found.problems);
      log.error(
        { texts: news.map(({ id }) => id), problems: found.problems },
        'published rules could not come into force here; those before them hold on',
      );
    }
    epochs = next;
    shown = -1;
    drafts.clear();
  };

  /** Puts in force what is due. @returns whether anything changed. */
  const activate = (): boolean => {
    const now = time.now();
    let index = epochs.length - 1;
    while (index > 0 && epochs[index]!.from > now) index -= 1;
    if (index === shown) return false;
    shown = index;
    const present = epochs[index]!;
    current = {
      ...present.rules,
      pack: packOverTime(
        epochs.map(({ from, rules }) => ({ from, pack: rules.pack })),
        now,
      ),
      ...(index === 0 ? {} : { since: present.from }),
    };
    log.info(
      { pack: current.pack.hash, rules: current.pack.rules.size, calendar: current.calendar.hash },
      'rules in force',
    );
    for (const listener of listeners) listener(current);
    return true;
  };

  const take = (entries: readonly FeedEntry[]): void => {
    let isPublished = false;
    if (entries.length > 0) drafts.clear();
    for (const { payload, cursor: at } of entries) {
      const entry = payload as LawEntry;
      isPublished ||= entry.state === 'PUBLISHED' || texts.get(entry.id)?.state === 'PUBLISHED';
      // Anew at the end: among texts of one instant the later publication wins.
      texts.delete(entry.id);
      texts.set(entry.id, entry);
      cursor = at;
    }
    if (isPublished) rebuild();
  };

  const catchUp = async (): Promise<boolean> => {
    for (;;) {
      const entries = await feed.read(LAW_STREAM, cursor, READ);
      take(entries);
      if (entries.length < READ) return activate();
    }
  };

  seed.onChange(() => {
    compiled.clear();
    rebuild();
    activate();
  });
  rebuild();
  await catchUp();

  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload: () => seed.reload(),
    texts: () => withTexts(seed.texts(), inForce(texts, time.now(), failed)),
    failed,
    problems: () => [...(seed.problems?.() ?? []), ...[...failed.values()].flat()],
    draft(ids, division) {
      const entries = ids.map((id) => texts.get(id)).filter((entry) => entry !== undefined);
      if (entries.length < ids.length || entries.some((entry) => !isVisible(entry, division))) return null;
      const key = ids.join(' ');
      let found = drafts.get(key);
      if (found === undefined) {
        drafts.clear();
        found = compileRules(withTexts(seed.texts(), [...inForce(texts, time.now(), failed), ...entries]), {
          runTests: false,
        });
        drafts.set(key, found);
      }
      return found;
    },
    part: {
      name: 'published rules',
      settle: catchUp,
      async run(signal, onLook) {
        const ended = new AbortController();
        signal.addEventListener('abort', () => ended.abort(), { once: true });
        const ticking = (async () => {
          while (!ended.signal.aborted) {
            activate();
            const next = epochs.find(({ from }) => from > time.now())?.from ?? Infinity;
            await pause(Math.max(1, Math.min(LOOK_MS, next - time.now())), ended.signal);
          }
        })();
        try {
          for await (const entries of feed.follow(LAW_STREAM, cursor, { signal, onLook })) {
            take(entries);
            activate();
          }
        } finally {
          ended.abort();
          await ticking;
        }
      },
    },
  };
}

/** The seed's texts with others in the place of those of the same path, or beside them; an empty one takes the file of its path away. */
export function withTexts(seed: RuleTexts, entries: readonly Pick<LawEntry, 'path' | 'text'>[]): RuleTexts {
  if (entries.length === 0) return seed;
  const files = new Map(seed.files.map((file) => [file.path, file]));
  const calendar = new Map(seed.calendar.map((file) => [file.path, file]));
  for (const { path, text } of entries) {
    if (path.startsWith('calendar/')) {
      const own = path.slice('calendar/'.length);
      if (text === '') calendar.delete(own);
      else calendar.set(own, { path: own, text });
    } else if (text === '') files.delete(path);
    else files.set(path, { path, text });
  }
  return { files: [...files.values()], calendar: [...calendar.values()] };
}

function inForce(
  texts: ReadonlyMap<string, LawEntry>,
  now: Instant,
  failed: ReadonlyMap<string, unknown>,
): readonly LawEntry[] {
  return [...texts.values()]
    .filter((entry) => entry.state === 'PUBLISHED' && forceOf(entry) <= now && !failed.has(entry.id))
    .sort(byForce);
}

/** Whether a viewer of a division may rehearse a text: a draft is seen from its own division and above alone. */
function isVisible({ state, division: own }: LawEntry, division: string | null): boolean {
  if (state === 'WITHDRAWN') return false;
  return state !== 'PROPOSED' || (division !== null && own.startsWith(division));
}

function rulesOf(found: ReturnType<typeof compileRules>): RulesInForce | null {
  return 'rules' in found ? found.rules : null;
}

const forceOf = ({ inForceAt }: LawEntry): Instant => (inForceAt === null ? Infinity : Date.parse(inForceAt));
/** Stable: entries of one instant stay in the order of the stream. */
const byForce = (a: LawEntry, b: LawEntry): number => forceOf(a) - forceOf(b);
