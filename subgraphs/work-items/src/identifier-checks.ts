import { isCreditCode, isResidentId } from '@gnomon/identifiers';

/**
 * Whether an identifier passes its check digit; `null` when it is of no kind that has one (DP-05: tested only when the
 * type says that the number is of that kind). Of a 31- or 33-character item code the credit code inside is tested.
 */
export function checkIdentifier(kind: string, value: string): boolean | null {
  if (value === '') return null;
  switch (kind) {
    case 'RESIDENT_ID':
      return isResidentId(value);
    case 'CREDIT_CODE':
      return isCreditCode(value);
    case 'ITEM_CODE':
      return value.length === 31 || value.length === 33 ? isCreditCode(value.slice(0, 18)) : null;
    default:
      return null;
  }
}
