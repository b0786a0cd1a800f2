import { openRecordWorld, type RecordTestWorld } from '@gnomon/records/test-world';
import type { ReferenceSource } from '@gnomon/reference';
import { fixedRules } from '@gnomon/subgraph-kit';
import { subgraph } from '../src/subgraph.ts';
import { calendars, pack } from './pure-world.ts';
import type { Season } from './season.ts';

/** Entries of the registry, as a world publishes them. */
export type Published = NonNullable<Parameters<typeof openRecordWorld>[1]['publish']>;

const rules = fixedRules({
  pack,
  calendar: calendars.base,
  calendarFor: (division) => calendars.in({ division }),
});

/** The domain on a database of its own, under its own published rules. */
export const openBundles = (start: string, publish: Published): Promise<RecordTestWorld> =>
  openRecordWorld(subgraph, { prefix: 'bundle', start, rules, publish });

/** Who takes part in a season, and the integrated platform that carries its work items. */
export function castOf({ scene }: Season): Published {
  const platforms = [...scene.sources, { ...(scene.sources[0] as ReferenceSource), id: '115' }];
  return [
    ...scene.agencies.map((one) => ['agency', one] as const),
    ...scene.items.map((one) => ['service-item', one] as const),
    ...platforms.map((one) => ['source', one] as const),
  ];
}
