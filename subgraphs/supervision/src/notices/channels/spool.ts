import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bilingual } from '@gnomon/rule-engine';
import type { ChannelName } from '../words.ts';
import type { Channel, Outcome } from './channel.ts';

const REFUSALS: Readonly<Record<'SMS' | 'GOV_MESSAGE', { readonly form: RegExp; readonly expected: Bilingual }>> = {
  SMS: {
    form: /^1[3-9]\d{9}$/,
    expected: { zh: '应为 11 位手机号码', en: 'a mobile number of 11 digits was expected' },
  },
  GOV_MESSAGE: {
    form: /^[A-Za-z0-9._@-]{1,64}$/,
    expected: {
      zh: '应为政务通讯账号：1 至 64 个字母、数字或 . _ @ -',
      en: 'an account of the government messenger was expected: 1 to 64 letters, digits or . _ @ -',
    },
  },
};

/**
 * Short messages and government messaging by a folder: each message is a file, written whole and then given its name, which begins with the
 * instant and ends with the key. The program of the province's gateway takes the files in the order of their names and deletes them; a
 * file that comes twice has the same name. What arrives behind the folder is that gateway's to answer for.
 */
export function openSpool(name: ChannelName & ('SMS' | 'GOV_MESSAGE'), folder: string): Channel {
  const { form, expected } = REFUSALS[name];
  return {
    name,
    refuses: (address) => (form.test(address) ? null : expected),
    async send({ notice }): Promise<Outcome> {
      const { id, at, address, language, subject, body } = notice;
      const file = `${new Date(at).toISOString().replace(/[-:.]/g, '')}-${id}.json`;
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `.${file}.part`);
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify({ key: id, channel: name, to: address, language, subject, body })}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, join(folder, file));
      return { arrived: true, response: `spooled ${file}` };
    },
    close() {},
  };
}
