/** Values of the characters of ISO/IEC 7064 MOD 37,36: digits 0–9, letters A–Z as 10–35. */
const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The check character of ISO/IEC 7064 MOD 37,36 for a text of digits and capital letters,
 * or `null` when the text holds anything else or nothing. It finds every single wrong character.
 */
export function checkCharacter3736(text: string): string | null {
  if (text.length === 0) return null;
  let product = 36;
  for (let i = 0; i < text.length; i++) {
    const value = alphanumericValue(text.charCodeAt(i));
    if (value < 0) return null;
    product = (product + value) % 36 || 36;
    product = (product * 2) % 37;
  }
  return CHARACTERS.charAt((37 - product) % 36);
}

/** 0–35 for a digit or a capital letter given by its character code, −1 for anything else. */
export function alphanumericValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 90 ? code - 55 : -1;
}
