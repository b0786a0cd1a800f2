import type { ReferencePayloads, ReferenceType } from '@gnomon/reference';
import { type Connection, createPaging, type PageArguments, refusal } from '@gnomon/subgraph-kit';
import type { RegistryContext } from './context.ts';
import { divisionCode } from './division-code.ts';
import { type DivisionFilter, type DivisionRow, divisionPage } from './store/divisions.ts';
import { EVERYTHING, keyOfReference, type ReferenceFilter, referencePage } from './store/references.ts';

const divisionPaging = createPaging<readonly [string]>('divisions', ['string']);
const paging = {
  agency: createPaging<readonly [string]>('agencies', ['string']),
  place: createPaging<readonly [string]>('places', ['string']),
  'service-item': createPaging<readonly [string]>('serviceItems', ['string']),
  source: createPaging<readonly [string]>('sources', ['string']),
} as const;

/** A connection of divisions. */
export async function divisionConnection(
  context: RegistryContext,
  filter: Partial<DivisionFilter>,
  page: PageArguments,
): Promise<Connection<DivisionRow>> {
  const request = divisionPaging.request(page);
  const rows = await divisionPage(
    context.database,
    { level: null, within: null, parent: null, name: null, ...filter },
    request,
  );
  return divisionPaging.connection(rows, request, (row) => [row.code]);
}

/** A connection of published objects of one type. */
export async function referenceConnection<T extends ReferenceType>(
  context: RegistryContext,
  type: T,
  filter: Partial<ReferenceFilter>,
  page: PageArguments,
): Promise<Connection<ReferencePayloads[T]>> {
  const request = paging[type].request(page);
  const rows = await referencePage(context.database, type, { ...EVERYTHING, ...filter }, request);
  return paging[type].connection(rows, request, (object) => [keyOfReference(type, object)]);
}

/** A division code of an argument without trailing zeros. @throws `BAD_ID` when it is none. */
export function codeArgument(name: string, code: string): string {
  const short = divisionCode(code);
  if (short !== null) return short;
  throw refusal(
    'BAD_ID',
    {
      zh: `${name} 应为 2、4、6、9 或 12 位区划代码，收到 “${code.slice(0, 40)}”。`,
      en: `${name}: a division code of 2, 4, 6, 9 or 12 digits was expected, "${code.slice(0, 40)}" came.`,
    },
    { argument: name },
  );
}
