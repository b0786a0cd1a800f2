import type {
  ReferenceAgency,
  ReferenceItem,
  ReferencePayloads,
  ReferencePlace,
  ReferenceSource,
  ReferenceType,
} from '@gnomon/reference';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Database, TimeSource } from '@gnomon/store';
import { agencyFaults, itemFaults, type Known, placeFaults, sourceFaults } from './check-reference.ts';
import { divisionCode } from './division-code.ts';
import { type Fault, fault, type RefusedObject } from './refused.ts';
import { knownDivisions } from './store/divisions.ts';
import { keyOfReference, publishObjects } from './store/references.ts';

/** The most objects a batch may hold. */
export const MAX_BATCH = 1000;

/** What happened to a batch: taken + unchanged + refused = objects sent. */
export interface PublishAccount {
  readonly __typename: 'PublishAccount';
  readonly taken: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedObject[];
}

/** A batch that was refused as a whole. */
export interface PublishRefused {
  readonly __typename: 'PublishRefused';
  readonly message: Bilingual;
}

/** Where and for whom something is published. */
export interface Publisher {
  readonly database: Database;
  readonly time: TimeSource;
  /** Id of the account that publishes; it goes on record. */
  readonly viewer: string;
}

/**
 * Publishes a batch of whole objects of one type in one transaction with their feed entries. Faulty objects are refused
 * by name, one entry a fault; the others are taken. The last of two objects with one key counts, the first is refused.
 */
export async function publishBatch<T extends ReferenceType>(
  publisher: Publisher,
  type: T,
  objects: readonly ReferencePayloads[T][],
): Promise<PublishAccount | PublishRefused> {
  if (objects.length === 0 || objects.length > MAX_BATCH) return badSize(objects.length);
  const { database, time, viewer } = publisher;
  return database.transaction(async (tx) => {
    const read = objects.map((object) => withShortCode(object));
    const known: Known = {
      divisions: await knownDivisions(
        tx,
        read.flatMap((object) => ('division' in object ? [object.division] : [])),
      ),
    };
    const last = new Map(read.map((object, index) => [keyOfReference(type, object), index]));
    const refused: RefusedObject[] = [];
    const good: ReferencePayloads[T][] = [];
    read.forEach((object, index) => {
      const key = keyOfReference(type, object);
      const faults = last.get(key) === index ? faultsOf(type, object, known) : [repeated(last.get(key)!)];
      if (faults.length === 0) good.push(object);
      else refused.push({ index, key, ...joined(faults) });
    });
    const published = await publishObjects(tx, type, good, { at: time.now(), viewer });
    return { __typename: 'PublishAccount', ...published, refused };
  });
}

/** A whole set of reference data, as a province's cast or a file gives it. */
export interface ReferenceSet {
  readonly agencies?: readonly ReferenceAgency[];
  readonly places?: readonly ReferencePlace[];
  readonly serviceItems?: readonly ReferenceItem[];
  readonly sources?: readonly ReferenceSource[];
}

/**
 * Publishes a set of any size, batch by batch, agencies first. Publishing the same set again changes nothing.
 * @returns the account over all batches; `index` of a refused object is its place in its list.
 */
export async function publishReference(
  publisher: Publisher,
  set: ReferenceSet,
): Promise<Omit<PublishAccount, '__typename'>> {
  const total = { taken: 0, unchanged: 0, refused: [] as RefusedObject[] };
  const add = async <T extends ReferenceType>(
    type: T,
    objects: readonly ReferencePayloads[T][] = [],
  ): Promise<void> => {
    for (let start = 0; start < objects.length; start += MAX_BATCH) {
      const account = await publishBatch(publisher, type, objects.slice(start, start + MAX_BATCH));
      if (account.__typename === 'PublishRefused') throw new Error(account.message.en);
      total.taken += account.taken;
      total.unchanged += account.unchanged;
      total.refused.push(...account.refused.map((one) => ({ ...one, index: one.index + start })));
    }
  };
  await add('agency', set.agencies);
  await add('place', set.places);
  await add('service-item', set.serviceItems);
  await add('source', set.sources);
  return total;
}

function faultsOf(type: ReferenceType, object: ReferencePayloads[ReferenceType], known: Known): readonly Fault[] {
  if (type === 'agency') return agencyFaults(object as ReferenceAgency, known);
  if (type === 'place') return placeFaults(object as ReferencePlace, known);
  if (type === 'source') return sourceFaults(object as ReferenceSource, known);
  return itemFaults(object as ReferenceItem);
}

/** Codes are kept without trailing zeros; what is no code at all is left as it came and refused by the check. */
function withShortCode<O extends ReferencePayloads[ReferenceType]>(object: O): O {
  if (!('division' in object)) return object;
  return { ...object, division: divisionCode(object.division) ?? object.division };
}

function repeated(index: number): Fault {
  return fault(
    'key',
    `与本批第 ${index + 1} 个对象重复，以后者为准`,
    'each key once in a batch was expected, a later object has the same',
    index,
  );
}

function joined(faults: readonly Fault[]): Fault {
  return {
    field: faults[0]!.field,
    reason: {
      zh: faults.map(({ reason }) => reason.zh).join(' '),
      en: faults.map(({ reason }) => reason.en).join(' '),
    },
  };
}

function badSize(count: number): PublishRefused {
  return {
    __typename: 'PublishRefused',
    message: {
      zh: `每批应有 1 至 ${MAX_BATCH} 个对象，收到 ${count} 个；请分批发布。`,
      en: `A batch of 1 to ${MAX_BATCH} objects was expected, ${count} came; publish in several batches.`,
    },
  };
}
