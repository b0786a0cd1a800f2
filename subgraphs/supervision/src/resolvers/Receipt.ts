import type { ReceiptEnvelope } from '@gnomon/rule-engine';
import type { SupervisionContext } from '../context.ts';
import { namedTexts, type StoredReceipt } from '../store/receipts.ts';
import type { FieldsOf } from './fields-of.ts';

/** A receipt: its canonical text, and on request the texts that its hashes name. */
export const Receipt = {
  /** Large (all rule files and the calendar), hence read only when selected. */
  async envelope({ json, hash, packHash, calendarHash }: StoredReceipt, _args: unknown, context: SupervisionContext) {
    const { database, rules } = context.ports;
    const receipt = JSON.parse(json) as ReceiptEnvelope['receipt'];
    const texts = await database.asViewer(context.scope, (tx) => namedTexts(tx, [packHash, calendarHash]));
    const inForce = rules.current();
    const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
    const files = parse(texts.get(packHash)) ?? (inForce.pack.hash === packHash ? inForce.pack.files : undefined);
    const calendars = [inForce.calendar, inForce.calendarFor(receipt.scope.division)];
    const calendar =
      parse(texts.get(calendarHash)) ?? calendars.find((candidate) => candidate.hash === calendarHash)?.data;
    return files === undefined || calendar === undefined ? null : { receipt, hash, files, calendar };
  },
} satisfies FieldsOf<'Receipt'>;
