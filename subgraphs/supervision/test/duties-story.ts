import { DAY_MS, HOUR_MS } from '@gnomon/working-time';
import fc from 'fast-check';
import type { ActContent } from '../src/card.ts';
import type { FeedKind } from '../src/words.ts';
import { at } from './matters.ts';

/** An entry of a card's history, as far as deadlines need it. */
export interface StoryEvent {
  readonly kind: FeedKind;
  readonly at: number;
  readonly content: ActContent | null;
}

type Step = readonly [FeedKind, ActContent | null];
const plan = (responsible: string | null, limitWorkdays = 10): Step => [
  'PLAN_SUBMITTED',
  { content: '补办', measures: '限期办结', limitWorkdays, responsible },
];
const PLAIN = { ISSUED: null, SIGNED: null, ACCEPTED: null } as const;

/** Ways through the life of a card, in the order in which a table of acts allows them; any may stop early. */
const WAYS: readonly (readonly Step[])[] = [
  [
    ['SIGNED', null],
    ['ACCEPTED', null],
    plan('甲'),
    ['PLAN_APPROVED', null],
    ['PROGRESS_REPORTED', null],
    ['RESULT_REPORTED', null],
  ],
  [
    ...([
      ['SIGNED', null],
      ['ACCEPTED', null],
      plan(null),
      ['PLAN_RETURNED', null],
      plan('甲', 7),
      ['PLAN_APPROVED', null],
    ] as Step[]),
    ...([
      ['EXTENSION_ASKED', { workdays: 4 }],
      ['EXTENSION_GRANTED', null],
      ['PROGRESS_REPORTED', null],
    ] as Step[]),
    ...([
      ['PROGRESS_REPORTED', null],
      ['RESULT_REPORTED', null],
      ['RESULT_SENT_BACK', null],
      ['RESULT_REPORTED', null],
    ] as Step[]),
  ],
  [
    ...([
      ['SIGNED', null],
      ['APPEALED', null],
      ['APPEAL_SUSTAINED', null],
      plan(null),
      ['PLAN_RETURNED', null],
    ] as Step[]),
    ...([
      plan(null),
      ['PLAN_RETURNED', null],
      plan('甲', 3),
      ['PLAN_APPROVED', null],
      ['RESULT_REPORTED', null],
    ] as Step[]),
  ],
  // Silence; what follows is done by an agency that woke up.
  [
    plan('甲', 5),
    ['PLAN_APPROVED', null],
    ['PROGRESS_REPORTED', null],
    ['RESULT_REPORTED', null],
    ['RESULT_SENT_BACK', null],
  ],
];
/** Index of the way on which nobody answers. */
const SILENT = 3;

/** A story, and whether nobody answered in it. */
export interface Story {
  readonly events: readonly StoryEvent[];
  readonly until: number;
}

/** Random lives of a yellow card between June 2025 and October 2026: gaps of hours to weeks, over holidays and days worked in exchange. */
export const stories: fc.Arbitrary<Story> = fc
  .record({
    way: fc.integer({ min: 0, max: WAYS.length - 1 }),
    steps: fc.integer({ min: 0, max: 13 }),
    start: fc.integer({ min: at('2025-06-01 00:00:00'), max: at('2026-06-30 23:59:59') }),
    gaps: fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 8 * HOUR_MS }),
        fc.integer({ min: 1, max: 9 }).map((days) => days * DAY_MS),
        fc.integer({ min: 0, max: 20 * DAY_MS }),
      ),
      { minLength: 14, maxLength: 14 },
    ),
  })
  .map(({ way, steps, start, gaps }) => {
    const events: StoryEvent[] = [{ kind: 'ISSUED', at: start, content: PLAIN.ISSUED }];
    // An agency that is silent has had its time to answer: seven weeks are longer than five working days anywhere.
    let now = way === SILENT ? start + 49 * DAY_MS : start;
    // Whoever answers does so within the three days in which no silence can begin.
    const quick = way === SILENT ? 0 : 2;
    for (const [index, [kind, content]] of WAYS[way]!.slice(0, steps).entries()) {
      now += index < quick ? Math.min(gaps[index]!, DAY_MS) : gaps[index]!;
      events.push({ kind, at: now, content });
    }
    return { events, until: now + 60 * DAY_MS };
  });
