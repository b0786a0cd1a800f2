import type { StoryEvent } from './duties-story.ts';
import { type CivilDayCalendar, startOf } from './duties-story.ts';

/*
 * The deadlines of a yellow card as a clerk with a wall calendar would keep them: day after day, from the entries that were made until
 * then, with nothing of the clocks that are judged. It knows yellow and red of XX-01 (the answer), XX-02 and XX-03.
 */

/** What the clerk says at an instant: `XX-02 YELLOW`, … */
export function clerkSays(calendar: CivilDayCalendar, story: readonly StoryEvent[], now: number): readonly string[] {
  const done = story.filter(({ at }) => at <= now);
  const first = (...kinds: readonly string[]) => done.find(({ kind }) => kinds.includes(kind))?.at ?? null;
  const issuedAt = done[0]!.at;
  const says: string[] = [];
  const say = (rule: string, yellow: boolean, red: boolean) => {
    if (red) says.push(`${rule} RED`);
    else if (yellow) says.push(`${rule} YELLOW`);
  };
  /** 00:00 after the n-th working day that is not paused. */
  const over = (start: number, days: number, pauses: readonly Pause[] = []): number => {
    let day = calendar.dayOf(start);
    for (let left = days; left > 0; ) {
      day += 1;
      const paused = pauses.some(({ from, to }) => calendar.dayOf(from) <= day && day < calendar.dayOf(to));
      if (calendar.isWorkday(day) && !paused) left -= 1;
    }
    return startOf(day + 1);
  };
  const isOver = (instant: number, stop: number | null) => instant <= Math.min(now, stop ?? Infinity);

  // The answer: silence is none.
  const silentFrom = over(issuedAt, 5);
  const answered = first('ACCEPTED', 'APPEALED', 'PLAN_SUBMITTED');
  say('XX-01 ANSWER', isOver(silentFrom, answered), isOver(over(issuedAt, 10), answered));

  // The plan: from the acceptance, the silence, or the appeal's rejection.
  const appealedAt = first('APPEALED');
  const sustainedAt = first('APPEAL_SUSTAINED');
  const owedFrom = sustainedAt ?? (appealedAt === null ? (first('ACCEPTED') ?? silentFrom) : null);
  const plans = done.filter(({ kind }) => kind === 'PLAN_SUBMITTED');
  const returns = done.filter(({ kind }) => kind === 'PLAN_RETURNED');
  if (owedFrom !== null) {
    const pauses = returns.map(({ at }, index) => ({ from: plans[index]!.at, to: at }));
    const waiting = plans.length > returns.length ? plans.at(-1)!.at : null;
    const incomplete = plans.slice(1).some(({ content }) => content?.responsible === null);
    const yellow = isOver(over(owedFrom, 3, pauses), waiting) || (returns.length > 0 && incomplete);
    // Five working days from the due day on; what is handed in beyond it and returned gains no time.
    const red = isOver(over(over(owedFrom, 3, pauses) - 1, 5), waiting);
    say('XX-02', yellow, red || returns.length >= 2);
  }

  // The rectification and its progress.
  const approvedAt = first('PLAN_APPROVED');
  if (approvedAt === null) return says;
  const results = done.filter(({ kind }) => kind === 'RESULT_REPORTED');
  const back = done.filter(({ kind }) => kind === 'RESULT_SENT_BACK');
  const inAt = results.length > back.length ? results.at(-1)!.at : null;
  const reviews = back.map(({ at }, index) => ({ from: results[index]!.at, to: at }));
  const extension = done.some(({ kind }) => kind === 'EXTENSION_GRANTED') ? 4 : 0;
  const isLate = isOver(over(approvedAt, Number(plans.at(-1)!.content!.limitWorkdays) + extension, reviews), inAt);
  let missed = 0;
  let since = approvedAt;
  for (const { kind, at } of done) {
    const isReport = kind === 'PROGRESS_REPORTED' || (kind === 'RESULT_REPORTED' && at !== inAt);
    if (isReport) for (let n = 1; over(since, 5 * n) <= at; n += 1) missed += 1;
    if (isReport || kind === 'RESULT_SENT_BACK') since = at;
  }
  const now5 = isOver(over(since, 5), inAt);
  const now10 = isOver(over(since, 10), inAt);
  say('XX-03', missed >= 2 || (missed === 1 && now5) || now10, isLate);
  return says;
}

interface Pause {
  readonly from: number;
  readonly to: number;
}
