/** How rows reach each domain: the mutation that takes them and the path of its row stream. Names of subgraphs, work items first. */
export const ROW_DOMAINS = {
  'work-items': { push: 'pushRows', signals: 'workItemSignals' },
  licences: { push: 'pushLicenceRows', signals: 'licenceSignals' },
  reviews: { push: 'pushReviewRows', signals: 'reviewSignals' },
  bundles: { push: 'pushBundleRows', signals: 'bundleSignals' },
  engineering: { push: 'pushEngineeringRows', signals: 'engineeringSignals' },
  centres: { push: 'pushCentreRows', signals: 'centreSignals' },
} as const;
/** A subgraph that takes rows. */
export type RowDomain = keyof typeof ROW_DOMAINS;

/** @throws {RangeError} for a name that is no such subgraph. */
export function rowDomain(name: string): RowDomain {
  if (Object.hasOwn(ROW_DOMAINS, name)) return name as RowDomain;
  throw new RangeError(`a domain that takes rows was expected (${Object.keys(ROW_DOMAINS).join(', ')}), ${name} came`);
}
