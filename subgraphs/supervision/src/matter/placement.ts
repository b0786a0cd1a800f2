import type { Milestone, MilestoneValue } from './milestone.ts';

/** What a matter is about; the first part of its identifier. */
export const MATTER_KINDS = ['work-item', 'project', 'queue-ticket'] as const;
export type MatterKind = (typeof MATTER_KINDS)[number];

/** Identifier of a matter (事情): `work-item:<id>`, `project:<code>` or `queue-ticket:<id>`. */
export function matterId(kind: MatterKind, key: string): string {
  return `${kind}:${key}`;
}

/** What a matter is about, and the key of it; `null` when the text is no identifier of a matter. */
export function readMatterId(id: string): { readonly kind: MatterKind; readonly key: string } | null {
  const cut = id.indexOf(':');
  const kind = MATTER_KINDS.find((one) => one === id.slice(0, cut));
  const key = id.slice(cut + 1);
  return kind === undefined || key === '' ? null : { kind, key };
}

/** Kinds of records that are laid together; what a domain tells of others concerns no matter. */
const LAID_KINDS = new Set([
  'work-item',
  'licence',
  'review',
  'bundle-case',
  'project',
  'project-approval',
  'queue-ticket',
]);

/** Longer texts are no identifier of anything. */
const LONGEST_KEY = 200;
/** A bundle names its children in one text. */
const MOST_CHILDREN = 200;

/**
 * The matters of which a milestone speaks: those of the work items and of the project that it names. Hall tickets are matters of their
 * own; the work item of one is looked up elsewhere, since a ticket often names only the applicant.
 */
export function mattersOf({ kind, id, facts }: Milestone): readonly string[] {
  const found = new Set<string>();
  // Without any facts it was taken back by its domain.
  if (!LAID_KINDS.has(kind) || Object.keys(facts).length === 0) return [];
  const add = (of: MatterKind, value: MilestoneValue | undefined): void => {
    if (typeof value === 'string' && value !== '' && value.length <= LONGEST_KEY) found.add(matterId(of, value));
  };
  if (kind === 'work-item') {
    add('work-item', id);
    add('project', facts.projectCode);
  } else if (kind === 'project') {
    add('project', facts.code ?? id);
  } else if (kind === 'bundle-case') {
    const children = typeof facts.children === 'string' ? facts.children.split(',') : [];
    for (const child of children.slice(0, MOST_CHILDREN)) add('work-item', child.trim());
  } else {
    if (kind === 'queue-ticket') add('queue-ticket', id);
    add('work-item', facts.workItem);
    add('project', facts.projectCode ?? facts.project);
  }
  return [...found];
}
