import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPack, type RuleFile } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import {
  type Beat,
  checkCalendar,
  checkRules,
  checkRunning,
  EXPECTED_FILE,
  type Expected,
  type Finding,
  type Observation,
  readExpected,
} from '@gnomon/subgraph-kit';
import { type CalendarData, createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { describe, expect, test } from 'vitest';

/*
 * Every single line or entry of the configuration is taken away in turn, and an alarm must name it. What is checked is what the watch
 * checks in a running hub, on the same loaded rules and calendar.
 */
const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
const NOW = Date.parse('2026-03-04T09:00:00+08:00');
const text = readFileSync(join(RULES, EXPECTED_FILE), 'utf8');
const reading = readExpected(text);
if ('problem' in reading) throw new Error(reading.problem);
const { expected } = reading;
const files = readRulesFolder(RULES);
const data = readCalendarFolder(join(RULES, 'calendar'));
const calendar = createCalendarSet(data).base;
const loaded = loadPack(files, { calendar, runTests: false });
if ('problems' in loaded) throw new Error(loaded.problems[0]!.message.en);
const { pack } = loaded;

const named = (found: readonly Finding[]) => found.map(({ kind, about }) => `${kind} ${about}`);
const ofRules = (own: readonly RuleFile[], rules = pack.rules) =>
  named(checkRules({ expected }, { files: own, rules, subjects: pack.subjects }, []));
const ofCalendar = (changed: CalendarData, against = expected) => named(checkCalendar(against, calendar, NOW, changed));

/** A hub in which all runs that is on record. */
function healthy(against: Expected = expected): Observation {
  const beats = Object.entries(against.subgraphs).map(
    ([subgraph, parts]): Beat => ({
      ...{ subgraph, parts, at: NOW, process: 'p', failing: [], idle: [], pack: pack.hash, calendar: calendar.hash },
      ...{ problems: [], skewMs: 0, oldestDue: null, findings: [] },
    }),
  );
  const followers = Object.entries(against.followers).flatMap(([role, own]) =>
    Object.entries(own).flatMap(([follower, read]) => read.map((stream) => ({ role, follower, stream, seq: 4 }))),
  );
  const heads = new Map(followers.map(({ stream }) => [stream, 4]));
  const streams = [...pack.rules.values()].map(({ id }) => [id, { lastDay: '2026-03-03', recent: 1 }] as const);
  const kinds = Object.keys(against.kinds).map((kind) => [kind, { lastDay: '2026-03-03', recent: 9_999 }] as const);
  return {
    ...{ now: NOW, beats, outbox: { oldest: null, waiting: 0 }, followers, heads, histories: [], gaps: [] },
    judged: { firstDay: '2025-01-01', kinds: new Map(kinds), rules: new Map(streams) },
  };
}
const ofRunning = (seen: Observation, against = expected) => named(checkRunning(against, pack, seen));

/** All that is found under a record. */
function foundUnder(record: string): readonly string[] {
  const read = readExpected(record);
  const found = named(checkRules(read, pack, []));
  if ('problem' in read) return found;
  return [...found, ...ofCalendar(data, read.expected), ...ofRunning(healthy(), read.expected)];
}

test('as it is published, nothing is found', () => {
  expect(foundUnder(text)).toEqual([]);
  expect(Object.keys(expected.files).filter((path) => path.startsWith('base/')).length).toBeGreaterThanOrEqual(104);
});

describe('a rule', () => {
  test.each(files.map(({ path }) => [path]))('%s that is off is an alarm, and so is each line that is gone', (path) => {
    const name = path.startsWith('base/') ? path.slice(5, -5) : path;
    const kind = path.startsWith('base/') ? 'RULE' : 'FILE';
    const missing = kind === 'RULE' ? 'RULE_MISSING' : 'FILE_DIFFERS';
    expect(ofRules(files.filter((file) => file.path !== path))).toEqual([`${missing} ${name}`]);
    if (kind === 'RULE') {
      const off = new Map([...pack.rules].filter(([id]) => id !== name));
      expect(ofRules(files, off)).toEqual([`RULE_MISSING ${name}`]);
    }
    const lines = files.find((file) => file.path === path)!.text.split('\n');
    const alone = { expected: { ...expected, files: { [path]: expected.files[path]! } } };
    for (const [index, line] of lines.entries()) {
      // Behind the last line there is nothing to take away.
      if (index === lines.length - 1 && line === '') continue;
      const cut = { path, text: lines.filter((_, other) => other !== index).join('\n') };
      const found = named(checkRules(alone, { ...pack, files: [cut] }, []));
      expect(found, `line ${index + 1}: ${line}`).toEqual([`${kind}_DIFFERS ${name}`]);
    }
  });

  test('that nobody put on record is an alarm', () => {
    const path = 'base/ZZ-01.yaml';
    expect(ofRules([...files, { path, text: 'id: ZZ-01' }])).toEqual(['RULE_UNEXPECTED ZZ-01']);
  });

  test('that is refused is an alarm that names file, line and remedy, while the old ones hold on', () => {
    const broken = files.map((file) =>
      file.path === 'base/WI-03.yaml' ? { ...file, text: file.text.replace('expired(promise)', 'nobody') } : file,
    );
    const refused = loadPack(broken, { calendar, runTests: false });
    if (!('problems' in refused)) throw new Error('it loads');
    const [alarm] = checkRules({ expected }, pack, refused.problems);
    expect(alarm).toMatchObject({ kind: 'PACK_REFUSED', about: 'base/WI-03.yaml' });
    expect(alarm!.what.en).toMatch(/base\/WI-03\.yaml:\d+ /);
    expect(alarm!.remedy.zh).not.toBe('');
  });
});

describe('the calendar', () => {
  test.each(data.notices.map((notice) => [notice.year, notice] as const))(
    '%i: each day, each kind of day, each paper, and the whole notice',
    (year, notice) => {
      const changed = (next: typeof notice | null) =>
        ofCalendar({ ...data, notices: data.notices.flatMap((one) => (one === notice ? (next ?? []) : one)) });
      const alarm = [`CALENDAR_DIFFERS ${year}`];
      expect(changed(null)).toEqual(alarm);
      for (const [index, day] of notice.days.entries()) {
        expect(changed({ ...notice, days: notice.days.toSpliced(index, 1) }), day.date).toEqual(alarm);
        expect(changed({ ...notice, days: notice.days.with(index, { ...day, off: !day.off }) })).toEqual(alarm);
        const moved = { ...day, date: `${year + 1}${day.date.slice(4)}` };
        expect(changed({ ...notice, days: notice.days.with(index, moved) })).toEqual(alarm);
      }
      for (const index of notice.papers.keys())
        expect(changed({ ...notice, papers: notice.papers.toSpliced(index, 1) })).toEqual(alarm);
    },
  );

  test('office hours: each entry, each session, each minute moved', () => {
    const alarm = ['OFFICE_HOURS_DIFFER office-hours.yaml'];
    for (const [index, hours] of data.officeHours.entries()) {
      const changed = (next: readonly (typeof hours)[]) =>
        ofCalendar({ ...data, officeHours: data.officeHours.toSpliced(index, 1, ...next) });
      expect(changed([])).toEqual(alarm);
      for (const [at, session] of hours.sessions.entries()) {
        expect(changed([{ ...hours, sessions: hours.sessions.toSpliced(at, 1) }])).toEqual(alarm);
        const longer = { ...session, toMinute: session.toMinute + 1 };
        expect(changed([{ ...hours, sessions: hours.sessions.with(at, longer) }])).toEqual(alarm);
      }
      expect(changed([{ ...hours, from: '2020-01-01' }])).toEqual(alarm);
    }
  });

  test('an overlay of a place that is gone, or that nobody put on record', () => {
    for (const overlay of data.overlays)
      expect(ofCalendar({ ...data, overlays: data.overlays.filter((one) => one !== overlay) })).toEqual([
        `CALENDAR_DIFFERS overlay ${overlay.id}`,
      ]);
    const added = { id: 'added', scope: '1501', document: 'd', days: [] };
    expect(ofCalendar({ ...data, overlays: [...data.overlays, added] })).toEqual(['CALENDAR_DIFFERS overlay added']);
  });

  test('that is about to run out says so, from the day on that is on record', () => {
    const days = (date: string) => named(checkCalendar(expected, calendar, Date.parse(`${date}T09:00:00+08:00`), data));
    expect(days('2026-11-16')).toEqual([]);
    expect(days('2026-11-17')).toEqual(['CALENDAR_ENDS_SOON 2026-12-31']);
    expect(days('2027-02-01')).toEqual(['CALENDAR_ENDS_SOON 2026-12-31']);
  });
});

describe('what runs', () => {
  const subgraphs = Object.keys(expected.subgraphs);
  const parts = Object.entries(expected.subgraphs).flatMap(([name, own]) => own.map((part) => [name, part] as const));
  const withBeat = (name: string, change: (beat: Beat) => Beat) => {
    const seen = healthy();
    return { ...seen, beats: seen.beats.map((beat) => (beat.subgraph === name ? change(beat) : beat)) };
  };

  test.each(subgraphs.map((name) => [name]))('%s that is gone, and one that no longer reports', (name) => {
    const seen = healthy();
    const gone = { ...seen, beats: seen.beats.filter(({ subgraph }) => subgraph !== name) };
    expect(ofRunning(gone)).toEqual([`SUBGRAPH_SILENT ${name}`]);
    expect(ofRunning(withBeat(name, (beat) => ({ ...beat, at: NOW - 61_000 })))).toEqual([`SUBGRAPH_SILENT ${name}`]);
    expect(ofRunning(withBeat(name, (beat) => ({ ...beat, oldestDue: NOW - 61_000 })))).toEqual([`TIMERS_LAG ${name}`]);
    // Behind an import of history days pass in seconds: what lags there is a timer that stands still for half an hour.
    const behind = (oldestDue: number) => ({
      ...withBeat(name, (beat) => ({ ...beat, oldestDue })),
      histories: [{ domain: 'licences', batch: 'h', horizon: NOW - 1 }],
    });
    const lag = (oldestDue: number) =>
      checkRunning(expected, pack, behind(oldestDue)).find(({ kind }) => kind === 'TIMERS_LAG')!;
    expect(lag(NOW - 61_002).forMs).toBe(30 * 60_000);
    expect(lag(NOW - 61_002).key).not.toBe(lag(NOW - 61_003).key);
    expect(ofRunning(withBeat(name, (beat) => ({ ...beat, pack: 'other' })))).toEqual(['PACKS_DIFFER rules']);
    const odd = withBeat(name, (beat) => ({ ...beat, process: `p of ${name}`, skewMs: -2_001 }));
    expect(ofRunning(odd)).toEqual([`CLOCK_SKEW p of ${name}`]);
  });

  test.each(parts)(
    '%s: "%s" that is cut off, that fails, that hangs, and one that nobody put on record',
    (name, part) => {
      const cut = withBeat(name, (beat) => ({ ...beat, parts: beat.parts.filter((one) => one !== part) }));
      expect(ofRunning(cut)).toEqual([`PART_MISSING ${name}: ${part}`]);
      const failing = withBeat(name, (beat) => ({ ...beat, failing: [part] }));
      expect(ofRunning(failing)).toEqual([`PART_FAILING ${name}: ${part}`]);
      const inRound = (idleMs: number) =>
        withBeat(name, (beat) => ({ ...beat, idle: [{ part, idleMs, everyMs: 60_000 }] }));
      expect(ofRunning(inRound(360_001))).toEqual([`PART_HANGS ${name}: ${part}`]);
      expect(ofRunning(inRound(360_000))).toEqual([]);
      const more = withBeat(name, (beat) => ({ ...beat, parts: [...beat.parts, 'more'] }));
      expect(ofRunning(more)).toEqual([`EXPECTATION_INCOMPLETE subgraphs.${name}: more`]);
    },
  );

  test('a relay and an import of history that stand still', () => {
    const seen = healthy();
    expect(ofRunning({ ...seen, outbox: { oldest: 7, waiting: 1 } })).toEqual(['RELAY_STANDS relay']);
    const history = { domain: 'licences', batch: '*:old', horizon: NOW - 1 };
    const held = checkRunning(expected, pack, { ...seen, histories: [history] });
    expect(named(held)).toEqual(['HISTORY_HELD licences *:old', 'HISTORY_HELD licences *:old']);
    // One that does not move, and one that moves and is never closed.
    const moved = checkRunning(expected, pack, { ...seen, histories: [{ ...history, horizon: NOW }] });
    expect(moved.map(({ key, forMs }) => [key === held[0]!.key || key === held[1]!.key, forMs / 3_600_000])).toEqual([
      [false, 0.5],
      [true, 24],
    ]);
  });

  const readers = healthy().followers.map(({ role, follower, stream }) => [role, follower, stream] as const);
  test.each(readers)(
    '%s: "%s" ← %s that reads no further, that never read, and that nobody put on record',
    (...one) => {
      const [role, follower, stream] = one;
      const seen = healthy();
      const isIt = (other: (typeof seen.followers)[number]) =>
        other.role === role && other.follower === follower && other.stream === stream;
      const alarm = [`FOLLOWER_STANDS ${role}: ${follower} ← ${stream}`];
      expect(ofRunning({ ...seen, followers: seen.followers.map((f) => (isIt(f) ? { ...f, seq: 3 } : f)) })).toEqual(
        alarm,
      );
      const never = { ...seen, followers: seen.followers.filter((f) => !isIt(f)) };
      expect(ofRunning(never)).toEqual(alarm);
      // Of a stream without entries there is nothing to read.
      const heads = new Map([...seen.heads].filter(([name]) => name !== stream));
      expect(ofRunning({ ...never, heads })).toEqual([]);
      const left = Object.fromEntries(
        Object.entries(expected.followers[role]!).map(([name, read]) => [
          name,
          name === follower ? read.filter((other) => other !== stream) : read,
        ]),
      );
      const record = { ...expected, followers: { ...expected.followers, [role]: left } };
      expect(ofRunning(healthy(), record)).toEqual([`EXPECTATION_INCOMPLETE followers.${alarm[0]!.slice(16)}`]);
    },
  );

  test('a time in which nobody watched, for as long as people may not have read of it', () => {
    const seen = healthy();
    const gap = { from: NOW - 26 * 3_600_000, to: NOW - 24 * 3_600_000 + 1 };
    const told = checkRunning(expected, pack, { ...seen, gaps: [gap] });
    expect(told.map(({ kind, since }) => [kind, since])).toEqual([['WATCH_INTERRUPTED', gap.from]]);
    expect(told[0]!.what.en).toContain('(121 minutes)');
    expect(ofRunning({ ...seen, gaps: [{ ...gap, to: NOW - 24 * 3_600_000 }] })).toEqual([]);
  });

  test.each(Object.entries(expected.kinds).filter(([, days]) => days > 0))(
    'a kind of subject that no longer comes: %s in %i days',
    (kind, days) => {
      const seen = healthy();
      const last = (ago: number) => new Date(NOW - ago * 86_400_000).toISOString().slice(0, 10);
      const kinds = (lastDay: string) => new Map([...seen.judged.kinds, [kind, { lastDay, recent: 9_999 }]]);
      const at = (lastDay: string) => ofRunning({ ...seen, judged: { ...seen.judged, kinds: kinds(lastDay) } });
      expect(at(last(days))).toEqual([]);
      expect(at(last(days + 1))).toEqual([`KIND_ABSENT ${kind}`]);
    },
  );

  const applying = Object.entries(expected.rules).filter(([, days]) => days > 0);
  test.each(applying)('%s that gave no verdict for more than %i days though its subjects came', (id, days) => {
    const seen = healthy();
    const last = (ago: number) => new Date(NOW - ago * 86_400_000).toISOString().slice(0, 10);
    const since = (lastDay: string | null, firstDay = '2025-01-01') => {
      const others = [...seen.judged.rules].filter(([rule]) => rule !== id);
      const own = lastDay === null ? [] : [[id, { lastDay, recent: 0 }] as const];
      return ofRunning({ ...seen, judged: { ...seen.judged, firstDay, rules: new Map([...others, ...own]) } });
    };
    expect(since(last(days))).toEqual([]);
    expect(since(last(days + 1))).toEqual([`RULE_NEVER_RAN ${id}`]);
    expect(since(null)).toEqual([`RULE_NEVER_RAN ${id}`]);
    expect(since(null, last(days - 1))).toEqual([]);
  });
});

test('each line of the record itself that is gone is an alarm', () => {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const cut = lines.filter((_, other) => other !== index).join('\n');
    expect(foundUnder(cut), `line ${index + 1}: ${line}`).not.toEqual([]);
  }
});
