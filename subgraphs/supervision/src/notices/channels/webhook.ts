import { createHmac } from 'node:crypto';
import type { Channel, Message, Outcome } from './channel.ts';

const ANSWER_MS = 10_000;
const GONE = 410;

/** The body that a webhook gets: the text, and what it speaks of as data. */
function webhookBody({ notice }: Message): string {
  const { id, kind, at, level, rule, card, warning, agency, division, language, subject, body } = notice;
  const about = { kind, at: new Date(at).toISOString(), level, indicator: rule, card, warning, agency, division };
  return JSON.stringify({ key: id, ...about, language, subject, body });
}

/** The signature of a body sent at an instant (ms, as text): HMAC-SHA-256 over `<instant>.<body>`, in hex behind `v1=`. */
function signatureOf(secret: string, sentAt: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex')}`;
}

/**
 * HTTP POST to one of the origins that the hub's operator allows: nobody may make the hub ask what lies behind its wall. Redirects are not
 * followed, for the same reason. Any 2xx has arrived; 410 says for good that there is nobody.
 */
export function openWebhook(origins: ReadonlySet<string>, now: () => number): Channel {
  return {
    name: 'WEBHOOK',
    refuses(address) {
      const url = URL.canParse(address) ? new URL(address) : null;
      const fits = url !== null && address.length <= 500 && origins.has(url.origin) && url.hash === '';
      if (fits && url.username === '' && url.password === '') return null;
      const allowed = [...origins].join(', ');
      return {
        zh: `应为下列来源之一下的地址，不含用户名和口令：${allowed}（由平台运维在 GNOMON_WEBHOOK_ORIGINS 中登记）`,
        en: `an address under one of these origins without user and password was expected: ${allowed} (the operator lists them in GNOMON_WEBHOOK_ORIGINS)`,
      };
    },
    async send(message, signal): Promise<Outcome> {
      const { notice, secret } = message;
      // The list may have become shorter since the address was set.
      if (!origins.has(new URL(notice.address).origin))
        return { arrived: false, response: 'the origin is no longer allowed by GNOMON_WEBHOOK_ORIGINS' };
      const sentAt = String(now());
      const body = webhookBody(message);
      const response = await fetch(notice.address, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': notice.id,
          'x-gnomon-sent-at': sentAt,
          'x-gnomon-signature': signatureOf(secret, sentAt, body),
        },
        body,
      });
      await response.body?.cancel();
      return {
        arrived: response.ok,
        isFinal: response.status === GONE,
        response: `HTTP ${response.status} ${response.statusText}`,
      };
    },
    close() {},
  };
}
