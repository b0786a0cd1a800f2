const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Whether a text is a unified social credit code whose check character fits (GB 32100-2015). */
export function isCreditCode(text: string): boolean {
  if (text.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (const character of text.slice(0, 17)) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return text[17] === ALPHABET[(31 - (sum % 31)) % 31];
}
