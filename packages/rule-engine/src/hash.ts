import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785); keys whose value is undefined are left out. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('无法写成 JSON 的值 / a value that JSON cannot hold');
  return text;
}

/** SHA-256 in hex of a text's UTF-8 bytes. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** SHA-256 in hex of a value's canonical JSON. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value));
