import type { RecordKind } from '@gnomon/records';
import { deriveConversionPlan } from './derive/conversion-plan.ts';
import { deriveLicence } from './derive/licence.ts';
import { deriveLicenceDuty, dutyAsOf } from './derive/licence-duty.ts';
import { deriveLicenceError } from './derive/licence-error.ts';
import { deriveLicenceNumber } from './derive/licence-number.ts';

/** The records of the domain, each with what it comes to. */
export const RECORDS: readonly RecordKind[] = [
  { kind: 'licence', derive: deriveLicence },
  { kind: 'licence-duty', derive: deriveLicenceDuty, asOf: dutyAsOf },
  { kind: 'licence-number', derive: deriveLicenceNumber },
  { kind: 'licence-error', derive: deriveLicenceError },
  { kind: 'conversion-plan', derive: deriveConversionPlan },
];
