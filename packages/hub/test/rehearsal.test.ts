import { subgraph as registry } from '@gnomon/registry';
import { verifyReceipt } from '@gnomon/rule-engine';
import { openTestDatabase } from '@gnomon/test-kit';
import { subgraph as workItems } from '@gnomon/work-items';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RehearsedYear, rehearseYear } from '../bench/rehearsed-year.ts';

const SLOW_MS = 400_000;
let year: RehearsedYear;
beforeAll(async () => {
  const schemas = Object.fromEntries([registry, workItems].map((one) => [one.schemaName, one.migrations]));
  const databases = [await openTestDatabase(schemas), await openTestDatabase(schemas)] as const;
  try {
    year = await rehearseYear({
      ...{ from: '2025-03-01', to: '2026-02-28', items: 150, seed: 4, rule: 'WI-03' },
      databaseUrls: [databases[0].url, databases[1].url],
      edit: (text) =>
        text
          .split('\ntests:')[0]!
          .replace(/^version: .*$/m, 'version: "2026.2"')
          .replace('windowShare: { value: 0.2', 'windowShare: { value: 0.28')
          .replace('warning: open &&', 'warning: open && (limit(promise) <= 5.0 || limit(promise) > 10.0) &&')
          .replace(/^ {4}red: (.*)$/m, '    red: $1 || (limit(promise) > 5.0 && overdue(promise) > 1.0)'),
    });
  } finally {
    await Promise.all(databases.map((one) => one.close()));
  }
}, SLOW_MS);

describe('a changed rule, rehearsed over a year of work items', () => {
  test('predicts exactly the changes that come when it is published before the same year', () => {
    expect(year.predicted).toEqual(year.actual);
    expect(year.items).toBeGreaterThan(100);
    expect(Object.keys(year.kinds)).toEqual(expect.arrayContaining(['COLOUR', 'DATE', 'VANISHES']));
  });

  test('gives receipts of both sides that compute again', () => {
    expect(year.envelopes.length).toBeGreaterThanOrEqual(3);
    for (const envelope of year.envelopes) expect(verifyReceipt(JSON.parse(envelope))).toMatchObject({ match: true });
  });
});
