import { openTestDatabase } from '@gnomon/test-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RehearsedHub, rehearseHub } from '../bench/rehearsed-hub.ts';
import { SUBGRAPHS } from '../src/open-hub.ts';

const MONTHS = Array.from({ length: 12 }, (_, index) =>
  new Date(Date.UTC(2026, 3 + index, 1)).toISOString().slice(0, 7),
);
let year: RehearsedHub;
beforeAll(async () => {
  const schemas = Object.fromEntries(SUBGRAPHS.map((one) => [one.schemaName, one.migrations]));
  const databases = [await openTestDatabase(schemas), await openTestDatabase(schemas)] as const;
  try {
    year = await rehearseHub({
      ...{
        seed: 4,
        months: MONTHS,
        items: 8,
        clean: 2,
        domains: ['licences', 'engineering'],
        calendar: true,
        aggregates: false,
      },
      databaseUrls: [databases[0].url, databases[1].url],
    });
  } finally {
    await Promise.all(databases.map((one) => one.close()));
  }
});

describe('tightened, loosened and special rules and the holidays of another year, rehearsed over a year', () => {
  test('change exactly the cards that supervision has when they were published before the same year, with the same receipts', () => {
    expect(year.predicted).toEqual(year.actual);
    expect(Object.keys(year.kinds).sort()).toEqual(['APPEARS', 'COLOUR', 'DATE', 'VANISHES']);
    expect(year.rows).toBeGreaterThan(1_000);
  });

  test('reach work items and licences, and the places of special rules alone', () => {
    expect(year.indicators).toEqual(expect.arrayContaining(['WI-01', 'WI-02', 'WI-03', 'WI-10', 'EL-01']));
    const { judgements, seconds } = year.rehearsals.find(({ domain }) => domain === 'work-items')!;
    expect(judgements / seconds).toBeGreaterThan(0);
  });
});
