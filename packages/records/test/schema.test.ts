import { readFileSync } from 'node:fs';
import { lintLaneTables } from '@gnomon/store';
import { buildASTSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readCatalogue } from '../src/catalogue.ts';
import { prefixOf, recordTypeDefs } from '../src/schema-text.ts';
import { openParcels } from './parcels.ts';
import { domain, subgraph } from './toy/parcels.ts';

test('the shared schema names root fields by the domain’s prefix, and types alike everywhere', () => {
  const { typeDefs } = subgraph;
  for (const field of [
    'parcelSignals(',
    'parcelIndicatorValues(',
    'pushParcelRows(',
    'closeParcelBatch(',
    'parcelAsOf:',
  ])
    expect(typeDefs).toContain(field);
  expect(typeDefs).not.toMatch(/\brecord[A-Z]\w*[(:]|\b(push|correct|explain|close)Record[A-Z]\w*\(/);
  expect(typeDefs).toContain('type RecordSignal @shareable');
});

test('every type that domains share is shareable, a stub of another owner, an input, an enum, a union or an interface', () => {
  const shared = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  const types = Object.values(buildASTSchema(parse(shared), { assumeValid: true }).getTypeMap());
  const alone = types.filter((type) => {
    const node = type.astNode;
    if (node?.kind !== 'ObjectTypeDefinition' || ['Query', 'Mutation', 'Subscription'].includes(type.name))
      return false;
    return !node.directives?.some(({ name }) => name.value === 'shareable' || name.value === 'key');
  });
  expect(alone.map(({ name }) => name)).toEqual([]);
});

test('a schema without the line that names the shared part is refused by name', () => {
  expect(() => recordTypeDefs('type Query { a: Int }')).toThrow(/# include packages\/records\/schema.graphql/);
  expect(prefixOf('# include packages/records/schema.graphql, record = licence\n')).toBe('licence');
});

test.each([
  ['names the column nothing', { events: ['nothing'] }],
  [
    'shares the part parcel',
    { placements: [{ record: 'parcel', part: 'parcel', key: ['parcel_no'], bySource: true, opens: false }] },
  ],
  [
    'which is no record kind',
    { placements: [{ record: 'ship', part: 'x', key: ['parcel_no'], bySource: true, opens: false }] },
  ],
  ['neither placed nor a list', { placements: [] }],
  [
    'which is no kept text',
    {
      placements: [
        ...domain.tables.scan!.placements,
        { record: 'batch', part: 'scans', key: ['scanned_at'], bySource: false, opens: false },
      ],
    },
  ],
])('a dictionary that %s is refused when the domain opens', (message, change) => {
  const scan = { ...domain.tables.scan!, ...change };
  expect(() => readCatalogue({ ...domain, tables: { ...domain.tables, scan } })).toThrow(message);
});

test('the tables are fit for being distributed by lane, and each that viewers read is guarded row by row', async () => {
  const world = await openParcels();
  try {
    expect(await lintLaneTables(world.database.sql, 'parcels', ['row_log'])).toEqual([
      // The log of rows has no key for its price. Its view `row_log` asks with the viewer's own rights.
      'row_bundle: a lane table needs a primary key',
    ]);
  } finally {
    await world.close();
  }
});
