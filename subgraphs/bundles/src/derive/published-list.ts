import type { DeriveWorld } from '@gnomon/records';
import type { Limit, LimitUnit } from '@gnomon/working-time';
import { type Columns, instant, listOf, textOf } from './kept.ts';

/** A child as the published list describes it for one scenario. */
export interface ListedChild {
  readonly code: string;
  readonly name: string | null;
  readonly mandatory: boolean;
  readonly dependsOn: readonly string[];
  /** Working days that the bundle plan gives it; `null` where the list gives none. */
  readonly slotWorkdays: number | null;
}

/** A published bundle (一件事清单条目) as one case reads it. */
export interface PublishedBundle {
  readonly name: string;
  readonly promise: Limit | null;
  /** `undefined` when the list names a child of which it says nothing. */
  readonly children: ReadonlyMap<string, ListedChild> | undefined;
  /** Since when a material can be had by sharing; `null` where it cannot, `undefined` for one that the list does not name. */
  sharedSince(material: string): number | null | undefined;
}

/** The list that a case names: of its own place, or of the nearest place above it. `undefined` while none is published. */
export function publishedBundle(
  world: DeriveWorld,
  chosen: { readonly division: string; readonly bundle: string; readonly version: string; readonly scenario: string },
): PublishedBundle | undefined {
  const prefix = placesUpwards(chosen.division)
    .map((division) => `${division}:${chosen.bundle}:${chosen.version}`)
    .find((key) => world.listed('bundle_list', key) !== undefined);
  const entry = prefix === undefined ? undefined : world.listed('bundle_list', prefix);
  if (prefix === undefined || entry === undefined) return undefined;
  return {
    name: textOf(entry, 'bundle_name'),
    promise: limitOf(entry),
    children: childrenOf(world, prefix, entry, new Set(listOf(chosen.scenario))),
    sharedSince(material) {
      const row = world.listed('bundle_list_material', `${prefix}:${material}`);
      return row === undefined ? undefined : instant(row, 'shared_since');
    },
  };
}

/** A place and the places above it by code prefix, nearest first: 150121, 1501, 15. */
export function placesUpwards(division: string): readonly string[] {
  const places = [division];
  for (const length of [9, 6, 4, 2]) if (division.length > length) places.push(division.slice(0, length));
  return places;
}

/** A limit that a row gives by amount and unit; working days when it names no unit. */
export function limitOf(columns: Columns): Limit | null {
  const amount = instant(columns, 'promise_limit');
  if (amount === null || amount < 0) return null;
  return { amount, unit: (textOf(columns, 'promise_unit') || 'WORKDAY') as LimitUnit };
}

function childrenOf(
  world: DeriveWorld,
  prefix: string,
  entry: Columns,
  answers: ReadonlySet<string>,
): ReadonlyMap<string, ListedChild> | undefined {
  const children = new Map<string, ListedChild>();
  for (const code of listOf(textOf(entry, 'child_codes'))) {
    const row = world.listed('bundle_list_child', `${prefix}:${code}`);
    if (row === undefined) return undefined;
    children.set(code, {
      code,
      name: textOf(row, 'child_name') || null,
      mandatory: isMandatory(textOf(row, 'mandatory_when'), answers),
      dependsOn: listOf(textOf(row, 'depends_on')),
      slotWorkdays: instant(row, 'slot_workdays'),
    });
  }
  return children;
}

/**
 * Whether a child is mandatory for the scenario answers: `*` always, empty never, otherwise alternatives with commas,
 * each of answers that must all be given, joined by `+` (`A1,B1+B2`).
 */
export function isMandatory(condition: string, answers: ReadonlySet<string>): boolean {
  return listOf(condition).some((one) => one === '*' || one.split('+').every((answer) => answers.has(answer.trim())));
}
