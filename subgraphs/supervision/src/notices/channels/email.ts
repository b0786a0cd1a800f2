import { createTransport } from 'nodemailer';
import type { Channel, Outcome } from './channel.ts';

const CONNECT_MS = 10_000;
const SOCKET_MS = 20_000;
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})+$/;

/** Mail by SMTP: `url` is `smtp://user:password@host:port` or `smtps://…`, `from` the sender's address. The notice's id is the Message-ID. */
export function openEmail(url: string, from: string): Channel {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = from.slice(from.lastIndexOf('@') + 1);
  return {
    name: 'EMAIL',
    refuses: (address) =>
      ADDRESS.test(address) && address.length <= 254
        ? null
        : {
            zh: '应为电子邮箱地址，例如 lianluo@nmg.gov.cn',
            en: 'a mail address was expected, for example liaison@nmg.gov.cn',
          },
    async send({ notice }): Promise<Outcome> {
      try {
        const { response } = await transport.sendMail({
          from,
          to: notice.address,
          subject: notice.subject.replace(/\s+/g, ' '),
          text: notice.body,
          messageId: `<${notice.id}@${host}>`,
          headers: { 'X-Gnomon-Notice': notice.id, 'Auto-Submitted': 'auto-generated' },
        });
        return { arrived: true, response };
      } catch (error) {
        const { responseCode, response, message } = error as Error & { responseCode?: number; response?: string };
        // 5yz: the server refuses for good (RFC 5321, 4.2.1); of the sign-in and the connection that is our own matter, and may be mended.
        const isFinal = responseCode !== undefined && responseCode >= 550 && responseCode <= 559;
        return { arrived: false, isFinal, response: response ?? message };
      }
    },
    close: () => transport.close(),
  };
}
