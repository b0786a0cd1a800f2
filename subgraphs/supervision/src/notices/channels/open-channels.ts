import { isAbsolute } from 'node:path';
import type { ChannelName } from '../words.ts';
import type { Channel, Channels } from './channel.ts';
import { openEmail } from './email.ts';
import { openSpool } from './spool.ts';
import { openWebhook } from './webhook.ts';

/** Variables of the environment as they come. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The channels that the environment sets up; none without it.
 *
 * | variable | what |
 * |---|---|
 * | `GNOMON_SMTP_URL`, `GNOMON_SMTP_FROM` | mail: `smtp://user:password@host:port` or `smtps://…`, and the sender's address |
 * | `GNOMON_WEBHOOK_ORIGINS` | origins to which webhooks may go, separated by commas: `https://oa.example.gov.cn` |
 * | `GNOMON_SMS_SPOOL`, `GNOMON_MESSAGE_SPOOL` | folders from which the province's gateways take short messages and government messages |
 *
 * @throws {Error} naming the variable, what was expected and what came; a password is never repeated.
 */
export function openChannels(env: Environment, now: () => number): Channels {
  const channels = [
    emailOf(env),
    webhookOf(env, now),
    spoolOf(env, 'SMS', 'GNOMON_SMS_SPOOL'),
    spoolOf(env, 'GOV_MESSAGE', 'GNOMON_MESSAGE_SPOOL'),
  ];
  return new Map(channels.filter((one) => one !== null).map((one): [ChannelName, Channel] => [one.name, one]));
}

function emailOf({ GNOMON_SMTP_URL: url, GNOMON_SMTP_FROM: from }: Environment): Channel | null {
  if (!url) return null;
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol))
    throw wrong('GNOMON_SMTP_URL', 'smtp:// 或 smtps:// 地址', 'an address smtp:// or smtps://', 'something else');
  if (!from || !/^[^\s@<>]+@[^\s@<>]+$/.test(from))
    throw wrong('GNOMON_SMTP_FROM', '发件人邮箱', "the sender's mail address", from ? 'something else' : 'nothing');
  return openEmail(url, from);
}

function webhookOf({ GNOMON_WEBHOOK_ORIGINS: origins }: Environment, now: () => number): Channel | null {
  if (!origins) return null;
  const list = origins.split(',').map((origin) => origin.trim());
  for (const origin of list)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !/^https?:/.test(origin))
      throw wrong(
        'GNOMON_WEBHOOK_ORIGINS',
        'https://主机[:端口]，以逗号分隔',
        'https://host[:port], separated by commas',
        JSON.stringify(origin),
      );
  return openWebhook(new Set(list), now);
}

function spoolOf(env: Environment, name: 'SMS' | 'GOV_MESSAGE', variable: string): Channel | null {
  const folder = env[variable];
  if (!folder) return null;
  if (!isAbsolute(folder))
    throw wrong(variable, '文件夹的绝对路径', 'the absolute path of a folder', JSON.stringify(folder));
  return openSpool(name, folder);
}

function wrong(name: string, zh: string, en: string, came: string): Error {
  return new Error(`${name} 应为${zh} · ${name}: expected ${en}, ${came} came`);
}
