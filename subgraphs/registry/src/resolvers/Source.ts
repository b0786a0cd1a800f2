import type { ReferenceSource } from '@gnomon/reference';
import { nameText } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { signedIn } from './signed-in.ts';

export const Source = {
  __resolveReference: signedIn(({ id }: { id: string }, context: RegistryContext) => context.load.source.load(id)),
  name: (source: ReferenceSource) => nameText(source.name, source.nameEn),
  agency: (source: ReferenceSource, _args: unknown, context: RegistryContext) =>
    context.load.agency.load(source.agency),
  division: (source: ReferenceSource, _args: unknown, context: RegistryContext) =>
    context.load.division.load(source.division),
  exemption: ({ exempt }: ReferenceSource) =>
    exempt && { document: exempt.document, validFrom: exempt.from, validTo: exempt.to },
};
