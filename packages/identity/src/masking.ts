import type { Viewer } from './types.ts';

/** Personal data is masked unless the viewer gave a purpose with a case number (Personal Information Protection Law, Art. 6). */
export function seesPersonalData(viewer: Viewer | null): boolean {
  return viewer !== null && viewer.purpose !== null && (viewer.role === 'AGENCY' || viewer.role === 'SUPERVISOR');
}

/** 张三 → 张*, 欧阳明明 → 欧**明, Li → L*: the first character, the last from three on, stars between. */
export function maskName(name: string): string {
  const characters = [...name.trim()];
  if (characters.length <= 1) return characters.length === 0 ? '' : '*';
  const last = characters.length > 2 ? characters[characters.length - 1] : '';
  return `${characters[0]}${'*'.repeat(characters.length - (last === '' ? 1 : 2))}${last}`;
}

/** `150102**********12`: first six (division) and last two; anything shorter than ten characters is hidden whole. */
export function maskResidentId(id: string): string {
  return id.length < 10 ? '*'.repeat(id.length) : `${id.slice(0, 6)}${'*'.repeat(id.length - 8)}${id.slice(-2)}`;
}

/** `138****5678`; a number of another shape keeps its last two digits. */
export function maskPhone(phone: string): string {
  if (/^\d{11}$/.test(phone)) return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
  return phone.length <= 2 ? '*'.repeat(phone.length) : `${'*'.repeat(phone.length - 2)}${phone.slice(-2)}`;
}

/** An address down to its banner, county, city or district; what comes after is hidden, and all of it when none is found. */
export function maskAddress(address: string): string {
  const match = /^.{0,40}?(?:自治旗|旗|县|区(?!.*[旗县区])|市(?!.*[旗县区]))/u.exec(address);
  return match === null || match[0].length === address.length ? '***' : `${match[0]}***`;
}
