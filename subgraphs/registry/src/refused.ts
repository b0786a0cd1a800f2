import type { Bilingual } from '@gnomon/rule-engine';

/** A fault of one object: the field, and what was expected, what came, the remedy. */
export interface Fault {
  readonly field: string;
  readonly reason: Bilingual;
}

/** An object of a batch that was refused. */
export interface RefusedObject extends Fault {
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly key: string;
}

/** A fault in both languages, with what came at the end. */
export function fault(field: string, zh: string, en: string, came: unknown): Fault {
  const shown = JSON.stringify(came)?.slice(0, 80) ?? String(came);
  return { field, reason: { zh: `${field} ${zh}，收到 ${shown}。`, en: `${field}: ${en}, ${shown} came.` } };
}
