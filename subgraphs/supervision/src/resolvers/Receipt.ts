import type { SupervisionContext } from '../context.ts';
import { namedTexts, type StoredReceipt } from '../store/receipts.ts';
import type { FieldsOf } from './fields-of.ts';

/** A receipt: its canonical text, and on request the texts that its hashes name. */
export const Receipt = {
  /** Large (all rule files and the calendar), hence read only when selected. */
  async envelope({ json, hash, packHash, calendarHash }: StoredReceipt, _args: unknown, context: SupervisionContext) {
    const { database } = context.ports;
    const texts = await database.asViewer(context.scope, (tx) => namedTexts(tx, [packHash, calendarHash]));
    const files = texts.get(packHash);
    const calendar = texts.get(calendarHash);
    if (files === undefined || calendar === undefined) return null;
    return { receipt: JSON.parse(json), hash, files: JSON.parse(files), calendar: JSON.parse(calendar) };
  },
} satisfies FieldsOf<'Receipt'>;
