import { basicItemCode, itemVersionOn, type ReferenceItem, type ReferenceItemVersion } from '@gnomon/reference';
import { nameText } from '@gnomon/subgraph-kit';
import { chinaDate } from '../china-date.ts';
import type { RegistryContext } from '../context.ts';
import { signedIn } from './signed-in.ts';

export const ServiceItem = {
  __resolveReference: signedIn(({ code }: { code: string }, context: RegistryContext) => context.load.item.load(code)),
  basicCode: (item: ReferenceItem) => basicItemCode(item.code),
  name: (item: ReferenceItem) => nameText(item.name, item.nameEn),
  agency: (item: ReferenceItem, _args: unknown, context: RegistryContext) =>
    item.agency === null ? null : context.load.agency.load(item.agency),
  version: (item: ReferenceItem, { on }: { on?: string | null }, context: RegistryContext) =>
    itemVersionOn(item, on ?? chinaDate(context.time.now())) ?? null,
};

export const ServiceItemVersion = {
  validFrom: (version: ReferenceItemVersion) => version.from,
  validTo: (version: ReferenceItemVersion) => version.to,
  specials: (version: ReferenceItemVersion) =>
    version.specialKinds.map((kind) => ({ kind, limitWorkdays: version.specialWorkdays[kind] ?? null })),
};
