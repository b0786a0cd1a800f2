import { makeResidentId } from '@gnomon/identifiers';
import type { Applicant } from './case.ts';
import { GIVEN_NAMES, SURNAMES } from './names.ts';
import type { Random } from './random.ts';

/** Invented people: valid numbers by their check digit, none of them anybody's by intention. */
export function makeApplicants(random: Random): { next(): Applicant } {
  let count = 0;
  return {
    next() {
      count += 1;
      const birthYear = random.int(1950, 2005);
      const digits = `${random.pick(['150102', '150202', '150402', '150502', '150602', '152501'])}${birthYear}${String(random.int(1, 12)).padStart(2, '0')}${String(random.int(1, 28)).padStart(2, '0')}${String(count % 1000).padStart(3, '0')}`;
      return {
        name: `${random.pick(SURNAMES)}${random.pick(GIVEN_NAMES)}`,
        residentId: makeResidentId(digits),
        mobile: `139${String(random.int(0, 99_999_999)).padStart(8, '0')}`,
      };
    },
  };
}
