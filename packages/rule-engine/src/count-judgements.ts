import { readingOf, rememberReading } from './pack-reading.ts';
import type { Pack } from './types.ts';

/** The same pack, counting how often it judges a subject: for what a rehearsal or a bench says of its speed. */
export function countJudgements(pack: Pack): { readonly pack: Pack; judged(): number } {
  let count = 0;
  const counting: Pack = {
    ...pack,
    judgeSubject: (kind, facts, scope, calendar, now) => {
      count += 1;
      return pack.judgeSubject(kind, facts, scope, calendar, now);
    },
  };
  return { pack: rememberReading(counting, readingOf(pack)), judged: () => count };
}
