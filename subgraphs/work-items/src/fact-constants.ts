import type { Pack } from '@gnomon/rule-engine';
import { parse } from 'yaml';
import type { FactConstants } from './facts.ts';

const DEFAULTS: FactConstants = {
  deemedAcceptedWorkdays: 5,
  preReviewWorkHours: 6.5,
  instantGraceWorkHours: 1,
  acceptStepWorkdays: 1,
  reviewStepShare: 0.6,
  decideStepShare: 0.2,
  certifyStepShare: 0.2,
  hearingWorkdays: 20,
  expertReviewWorkdays: 15,
  testingWorkdays: 30,
  otherSpecialWorkdays: 20,
};
const known = new WeakMap<Pack, FactConstants>();

/**
 * The derivation's constants of a pack, from the `constants` of its dictionary facts/work-item.yaml.
 * @throws {Error} when a constant is no number.
 */
export function factConstants(pack: Pack): FactConstants {
  const found = known.get(pack);
  if (found !== undefined) return found;
  const file = pack.files.find((candidate) => candidate.path.endsWith('facts/work-item.yaml'));
  const read =
    file === undefined
      ? {}
      : ((parse(file.text) as { constants?: Record<string, { value: unknown }> }).constants ?? {});
  const constants: Record<string, number> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    const value = read[name]?.value;
    if (value === undefined) continue;
    if (typeof value !== 'number')
      throw new Error(
        `facts/work-item.yaml: the constant ${name} must be a number, it is ${JSON.stringify(value)}; correct the file.`,
      );
    constants[name] = value;
  }
  known.set(pack, constants as unknown as FactConstants);
  return constants as unknown as FactConstants;
}
