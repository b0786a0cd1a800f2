import type { ReferencePlace } from '@gnomon/reference';
import { nameText } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { signedIn } from './signed-in.ts';

export const Place = {
  __resolveReference: signedIn(({ id }: { id: string }, context: RegistryContext) => context.load.place.load(id)),
  name: (place: ReferencePlace) => nameText(place.name, place.nameEn),
  division: (place: ReferencePlace, _args: unknown, context: RegistryContext) =>
    context.load.division.load(place.division),
  agency: (place: ReferencePlace, _args: unknown, context: RegistryContext) =>
    place.agency === null ? null : context.load.agency.load(place.agency),
  ownOfficeHours: (place: ReferencePlace) => place.calendar !== null,
};
