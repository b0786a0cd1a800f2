import { readingOf } from './pack-reading.ts';
import type { Pack } from './types.ts';

/**
 * A number that the derivation of facts needs, from the constants of `rules/facts/<subject>.yaml`: the office changes it there.
 * @throws {RangeError} when the pack has no such dictionary, or it no such number.
 */
export function constantOf(pack: Pack, subject: string, name: string): number {
  const file = readingOf(pack).dictionaries.get(subject)?.yaml.value as
    | { readonly constants?: Readonly<Record<string, { readonly value?: unknown }>> }
    | undefined;
  const constants = file?.constants ?? {};
  const value = Object.hasOwn(constants, name) ? constants[name]?.value : undefined;
  if (typeof value === 'number') return value;
  throw new RangeError(
    `facts/${subject}.yaml 应有数值常量 ${name} / facts/${subject}.yaml must have the constant ${name}, a number; add it there`,
  );
}
