import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';

/** An agency in the words of the registry's mutation; its level follows from its division. */
export function agencyInput({ from, to, level: _level, ...agency }: ReferenceAgency): object {
  return { ...agency, validFrom: from, validTo: to };
}

/** An item in the words of the registry's mutation. */
export function itemInput(item: ReferenceItem): object {
  return {
    ...item,
    versions: item.versions.map(({ from, to, specialKinds, specialWorkdays, ...version }) => ({
      ...version,
      validFrom: from,
      validTo: to,
      specials: specialKinds.map((kind) => ({ kind, limitWorkdays: specialWorkdays[kind] ?? null })),
    })),
  };
}

/** A source in the words of the registry's mutation. */
export function sourceInput({ exempt, ...source }: ReferenceSource): object {
  return {
    ...source,
    exemption: exempt === null ? null : { document: exempt.document, validFrom: exempt.from, validTo: exempt.to },
  };
}
