import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Short-lived signed names by which one part of the hub lets another speak of one thing to somebody who has no scope of his own: whoever
 * brings one was given it by a part that had looked.
 */
export interface Capabilities {
  /** A name of `subject` that holds until `until` (ms). */
  sign(subject: string, until: number): string;
  /** The subject of a name that still holds at `now`; `null` for every other text. */
  read(name: string, now: number): string | null;
}

/** Capabilities for one purpose, under a secret that the parts share. A name made for another purpose does not hold. */
export function createCapabilities(secret: string, purpose: string): Capabilities {
  const seal = (until: string, subject: string): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['capability', purpose, until, subject]))
      .digest();
  return {
    sign(subject, until) {
      const end = String(Math.floor(until));
      return [end, seal(end, subject).toString('base64url'), Buffer.from(subject).toString('base64url')].join('.');
    },
    read(name, now) {
      const found = /^(\d{1,16})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{1,600})$/.exec(name);
      if (found === null) return null;
      const [, until = '', mac = '', coded = ''] = found;
      const subject = Buffer.from(coded, 'base64url').toString();
      const isOurs = timingSafeEqual(seal(until, subject), Buffer.from(mac, 'base64url'));
      return isOurs && now <= Number(until) ? subject : null;
    },
  };
}
