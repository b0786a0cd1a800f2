import { randomBytes } from 'node:crypto';
import type { Viewer } from '@gnomon/identity';
import { type Ports, recordAct } from '@gnomon/subgraph-kit';
import { laneOf } from '../lane.ts';
import type { Channels } from './channels/channel.ts';
import { type NoticeRefusal, type OwnerInput, ownerFor, refused, shown } from './owner.ts';
import { recipientsOf, replaceRecipients } from './store/recipients.ts';
import type { ChannelName, Language, Owner, Post, Recipient } from './words.ts';

/** A recipient as it is handed in. */
export interface RecipientInput {
  readonly post: Post;
  readonly channel: ChannelName;
  readonly address: string;
  readonly language?: Language | null;
}

/** What setting a list needs. */
export interface SetPorts extends Pick<Ports, 'database' | 'time'> {
  readonly channels: Channels;
}

const MOST = 20;

/** Puts a list of recipients in the place of the former one, whole; or says by name why not. */
export async function setRecipients(
  ports: SetPorts,
  viewer: Viewer,
  input: OwnerInput & { readonly recipients: readonly RecipientInput[] },
): Promise<{ readonly recipients: readonly Recipient[] } | NoticeRefusal> {
  return ports.database.transaction(async (tx) => {
    const owner = await ownerFor(tx, viewer, input);
    if ('__typename' in owner) return owner;
    const faulty = refuseList(owner, input.recipients, ports.channels);
    if (faulty !== null) return faulty;
    // Two who set one list at once take turns.
    await tx`/* lockList */ select pg_advisory_xact_lock(hashtextextended(${`notices ${owner.owner}`}, 0))`;
    const former = new Map((await recipientsOf(tx, [owner.owner])).map((one) => [keyOf(one), one.id]));
    const list = input.recipients.map((one, place): Recipient => {
      const { post, channel, address, language } = one;
      const id = former.get(keyOf(one)) ?? randomBytes(16).toString('hex');
      return { ...owner, lane: laneOf(owner.owner), id, place, post, channel, address, language: language ?? 'ZH' };
    });
    const at = ports.time.now();
    await replaceRecipients(tx, owner.owner, list, viewer.id, at);
    const detail = { recipients: list.map(({ id, post, channel }) => `${id} ${post} ${channel}`) };
    await recordAct(tx, { kind: 'NOTICE_RECIPIENTS_SET', by: viewer, at, about: owner.owner, detail });
    return { recipients: list };
  });
}

function keyOf({ post, channel, address }: RecipientInput): string {
  return JSON.stringify([post, channel, address]);
}

function refuseList(owner: Owner, list: readonly RecipientInput[], channels: Channels): NoticeRefusal | null {
  if (list.length > MOST)
    return refused(
      `recipients 最多 ${MOST} 人，收到 ${list.length} 人。`,
      `recipients: at most ${MOST} were expected, ${list.length} came.`,
    );
  const seen = new Set<string>();
  for (const [index, one] of list.entries()) {
    const faulty = refuseOne(owner, one, index, channels);
    if (faulty !== null) return faulty;
    if (seen.has(keyOf(one)))
      return refused(
        `recipients[${index}] 与前面的一项相同，请删去。`,
        `recipients[${index}] is the same as one before it; leave it out.`,
      );
    seen.add(keyOf(one));
  }
  return null;
}

function refuseOne(
  owner: Owner,
  { post, channel, address }: RecipientInput,
  index: number,
  channels: Channels,
): NoticeRefusal | null {
  const place = `recipients[${index}]`;
  if ((post === 'SUPERVISOR') !== (owner.agency === null))
    return refused(
      `${place}.post：机构名单用 CONTACT、CHIEF、LEADER，监督主体名单用 SUPERVISOR，收到 ${post}。`,
      `${place}.post: CONTACT, CHIEF or LEADER was expected for an agency and SUPERVISOR for a supervision body, ${post} came.`,
    );
  const set = channels.get(channel);
  if (set === undefined)
    return refused(
      `${place}.channel：本平台未开通 ${channel}，已开通：${[...channels.keys()].join('、') || '无'}；请联系平台运维。`,
      `${place}.channel: ${channel} is not set up on this hub, ${[...channels.keys()].join(', ') || 'none'} is; ask the hub's operator.`,
    );
  const why = set.refuses(address);
  if (why === null) return null;
  return refused(
    `${place}.address：${why.zh}，收到 ${shown(address)}。`,
    `${place}.address: ${why.en}; ${shown(address)} came.`,
  );
}
