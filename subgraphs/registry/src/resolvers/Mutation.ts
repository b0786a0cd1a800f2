import type {
  AgencyDuty,
  DivisionLevel,
  HandlingKind,
  PlaceKind,
  ReferenceItemVersion,
  SpecialKind,
  StepKind,
} from '@gnomon/reference';
import { requirePermission } from '@gnomon/subgraph-kit';
import type { Limit } from '@gnomon/working-time';
import type { RegistryContext } from '../context.ts';
import { divisionCode, levelOfCode } from '../division-code.ts';
import { type PublishAccount, type Publisher, type PublishRefused, publishBatch } from '../publish.ts';

type Maybe<T> = T | null | undefined;
interface Named {
  readonly name: string;
  readonly nameEn?: Maybe<string>;
}
interface Period {
  readonly validFrom?: Maybe<string>;
  readonly validTo?: Maybe<string>;
}
type AgencyInput = Named &
  Period & {
    uscc: string;
    division: string;
    department: Maybe<string>;
    duty: Maybe<AgencyDuty>;
    reportsTo?: Maybe<string>;
  };
type PlaceInput = Named & {
  id: string;
  kind: PlaceKind;
  division: string;
  agency?: Maybe<string>;
  address?: Maybe<string>;
  calendar?: Maybe<string>;
};
type SourceInput = Named & {
  id: string;
  agency: string;
  division: string;
  ownPlatform: Maybe<boolean>;
  mustPush: Maybe<boolean>;
  registeredAt: number;
  exemption?: Maybe<Period & { document: string; validFrom: string }>;
};
type ItemInput = Named & {
  code: string;
  agency?: Maybe<string>;
  itemType: string;
  kind: HandlingKind;
  versions: readonly VersionInput[];
};
interface VersionInput extends Period {
  readonly version: string;
  readonly validFrom: string;
  readonly promise: Limit;
  readonly statutory?: Maybe<Limit>;
  readonly preReviewHours?: Maybe<number>;
  readonly deliveryWorkdays?: Maybe<number>;
  readonly specials: Maybe<readonly { kind: SpecialKind; limitWorkdays?: Maybe<number> }[]>;
  readonly steps: Maybe<
    readonly { name: string; kind: StepKind; mandatory: Maybe<boolean>; limitWorkHours?: Maybe<number> }[]
  >;
  readonly free: Maybe<boolean>;
  readonly fees: Maybe<
    readonly {
      item: string;
      standard?: Maybe<number>;
      basis?: Maybe<string>;
      reducedFor: Maybe<readonly string[]>;
      reducedShare: Maybe<number>;
    }[]
  >;
  readonly joint: Maybe<boolean>;
  readonly classified: Maybe<boolean>;
}

/** A publication by an operator; who published is on record with each edition. */
function published<Input>(publish: (publisher: Publisher, input: Input) => Promise<PublishAccount | PublishRefused>) {
  return (_root: unknown, { input }: { input: Input }, context: RegistryContext) => {
    const viewer = requirePermission(context, 'PUBLISH_REFERENCE');
    return publish({ database: context.database, time: context.time, viewer: viewer.id }, input);
  };
}

export const Mutation = {
  publishAgencies: published((publisher, input: { agencies: readonly AgencyInput[] }) =>
    publishBatch(
      publisher,
      'agency',
      input.agencies.map((agency) => ({
        ...names(agency),
        uscc: agency.uscc,
        division: agency.division,
        department: agency.department ?? '',
        // A code that is none has no level; the check of the division names the fault.
        level: (levelOfCode(divisionCode(agency.division) ?? '') || 1) as DivisionLevel,
        duty: agency.duty ?? 'IMPLEMENTING',
        reportsTo: agency.reportsTo ?? null,
        ...period(agency),
      })),
    ),
  ),
  publishPlaces: published((publisher, input: { places: readonly PlaceInput[] }) =>
    publishBatch(
      publisher,
      'place',
      input.places.map((place) => ({
        ...names(place),
        id: place.id,
        kind: place.kind,
        division: place.division,
        agency: place.agency ?? null,
        address: place.address ?? null,
        calendar: place.calendar ?? null,
      })),
    ),
  ),
  publishServiceItems: published((publisher, input: { items: readonly ItemInput[] }) =>
    publishBatch(
      publisher,
      'service-item',
      input.items.map((item) => ({
        ...names(item),
        code: item.code,
        agency: item.agency ?? null,
        itemType: item.itemType,
        kind: item.kind,
        versions: item.versions.map(itemVersion),
      })),
    ),
  ),
  publishSources: published((publisher, input: { sources: readonly SourceInput[] }) =>
    publishBatch(
      publisher,
      'source',
      input.sources.map((source) => ({
        ...names(source),
        id: source.id,
        agency: source.agency,
        division: source.division,
        ownPlatform: source.ownPlatform ?? false,
        mustPush: source.mustPush ?? true,
        registeredAt: new Date(source.registeredAt).toISOString(),
        exempt: source.exemption
          ? {
              document: source.exemption.document,
              from: source.exemption.validFrom,
              to: source.exemption.validTo ?? null,
            }
          : null,
      })),
    ),
  ),
};

function itemVersion(input: VersionInput): ReferenceItemVersion {
  const specials = input.specials ?? [];
  return {
    version: input.version,
    from: input.validFrom,
    to: input.validTo ?? null,
    promise: limit(input.promise),
    statutory: input.statutory ? limit(input.statutory) : null,
    preReviewHours: input.preReviewHours ?? null,
    deliveryWorkdays: input.deliveryWorkdays ?? null,
    specialKinds: specials.map(({ kind }) => kind),
    specialWorkdays: Object.fromEntries(
      specials.flatMap(({ kind, limitWorkdays }) => (typeof limitWorkdays === 'number' ? [[kind, limitWorkdays]] : [])),
    ),
    steps: (input.steps ?? []).map((step) => ({
      name: step.name,
      kind: step.kind,
      mandatory: step.mandatory ?? true,
      limitWorkHours: step.limitWorkHours ?? null,
    })),
    free: input.free ?? true,
    fees: (input.fees ?? []).map((fee) => ({
      item: fee.item,
      standard: fee.standard ?? null,
      basis: fee.basis ?? null,
      reducedFor: fee.reducedFor ?? [],
      reducedShare: fee.reducedShare ?? 1,
    })),
    joint: input.joint ?? false,
    classified: input.classified ?? false,
  };
}

function limit({ amount, unit }: Limit): Limit {
  return { amount, unit };
}

function names({ name, nameEn }: Named) {
  return { name, nameEn: nameEn ?? null };
}

function period({ validFrom, validTo }: Period) {
  return { from: validFrom ?? null, to: validTo ?? null };
}
