/** Placeholder until packages/identifiers is there. */
export function checkIdentifier(_kind: string, _value: string): boolean | null {
  return null;
}
