import type { ReferenceAgency, ReferenceItem, ReferencePlace, ReferenceSource } from '@gnomon/reference';
import type { Database, TimeSource } from '@gnomon/store';
import {
  createListLoader,
  createLoader,
  type EndedTokens,
  type RequestContext,
  type RulesPort,
} from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import DataLoader from 'dataloader';
import type { RuleText } from './law/rule-text.ts';
import { type DivisionRow, divisionsByCode } from './store/divisions.ts';
import { referencesByKey, sourcesOfAgencies, supervisorsOf } from './store/references.ts';
import { type EditionRow, editionsOfRules, type RuleRecord, ruleRecordAt } from './store/rule-editions.ts';
import { textsOfRules } from './store/rule-texts.ts';

/** What a resolver of the registry works with; one for each request. */
export interface RegistryContext extends RequestContext {
  readonly database: Database;
  readonly rules: RulesPort;
  readonly time: TimeSource;
  /** Locked accounts and ended tokens. */
  readonly ended?: EndedTokens;
  readonly load: {
    readonly division: DataLoader<string, DivisionRow | null>;
    readonly agency: DataLoader<string, ReferenceAgency | null>;
    readonly place: DataLoader<string, ReferencePlace | null>;
    readonly item: DataLoader<string, ReferenceItem | null>;
    readonly source: DataLoader<string, ReferenceSource | null>;
    readonly supervisorOf: DataLoader<string, ReferenceAgency | null>;
    readonly sourcesOf: DataLoader<string, readonly ReferenceSource[]>;
    /** Rule texts of a rule that the viewer may see. */
    readonly textsOf: DataLoader<string, readonly RuleText[]>;
    readonly editionsOf: DataLoader<string, readonly EditionRow<'RULE'>[]>;
    /** The record of rules at an instant; read once a request, whoever asks. */
    readonly ruleRecord: DataLoader<Instant, RuleRecord>;
  };
}

/** The context of a request. */
export function registryContext(
  request: RequestContext,
  world: Pick<RegistryContext, 'database' | 'rules' | 'time' | 'ended'>,
): RegistryContext {
  const { database } = world;
  return {
    ...request,
    ...world,
    load: {
      division: createLoader(
        (codes) => divisionsByCode(database, codes),
        (row) => row.code,
      ),
      agency: createLoader(
        (keys) => referencesByKey(database, 'agency', keys),
        (agency) => agency.uscc,
      ),
      place: createLoader(
        (keys) => referencesByKey(database, 'place', keys),
        (place) => place.id,
      ),
      item: createLoader(
        (keys) => referencesByKey(database, 'service-item', keys),
        (item) => item.code,
      ),
      source: createLoader(
        (keys) => referencesByKey(database, 'source', keys),
        (source) => source.id,
      ),
      supervisorOf: createLoader(
        (divisions) => supervisorsOf(database, divisions),
        (agency) => agency.division,
      ),
      sourcesOf: createListLoader(
        (agencies) => sourcesOfAgencies(database, agencies),
        (source) => source.agency,
      ),
      textsOf: createListLoader(
        (rules) => database.asViewer(request.scope, (tx) => textsOfRules(tx, rules)),
        (text) => text.rule ?? '',
      ),
      editionsOf: createListLoader(
        (ids) => editionsOfRules(database, ids),
        (edition) => edition.id,
      ),
      ruleRecord: new DataLoader((instants) => Promise.all(instants.map((at) => ruleRecordAt(database, at)))),
    },
  };
}
