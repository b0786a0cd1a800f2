import { createHmac, randomBytes } from 'node:crypto';

/** 256 bits of chance: nothing about a work item, an applicant or another link helps to find one. */
const LINK_BYTES = 32;

/** Makes a link; only who gets it now ever knows it. */
export function makeLink(): string {
  return randomBytes(LINK_BYTES).toString('base64url');
}

/** The keyed hash under which a link is kept, in hex. Any text has one, so that a wrong link takes the same path as a right one. */
export function hashLink(hubKey: string, link: string): string {
  return createHmac('sha256', hubKey)
    .update(JSON.stringify(['citizen clock', link.slice(0, 200)]))
    .digest('hex');
}
