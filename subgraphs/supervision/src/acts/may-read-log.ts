import { may, type Viewer } from '@gnomon/identity';

/** The log is for the audit administrator, and of the auditors for the region's: it speaks of every place. */
export function mayReadLog(viewer: Viewer | null): boolean {
  return may(viewer, 'READ_LOG') && (viewer?.role !== 'AUDITOR' || viewer.tier === 'REGION');
}
