import { may, type Viewer } from '@gnomon/identity';
import { createListLoader, createLoader, createPaging, requirePermission } from '@gnomon/subgraph-kit';
import type DataLoader from 'dataloader';
import type {
  MutationSetNoticeRecipientsArgs,
  MutationSetNoticeTemplateArgs,
  QueryNoticeSettingsArgs,
  QueryNoticesArgs,
} from '../../generated/resolvers.ts';
import type { Card } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import type { FieldsOf } from '../resolvers/fields-of.ts';
import { maskNoticeAddress, readsAddresses } from './mask-address.ts';
import { readOwner } from './owner.ts';
import { type RecipientInput, setRecipients } from './set-recipients.ts';
import { setTemplate } from './set-template.ts';
import {
  attemptsOf,
  type NoticeFilter,
  type NoticeKey,
  noticesById,
  noticesOfCards,
  readNotices,
} from './store/notices.ts';
import { recipientsOf, templatesOf } from './store/recipients.ts';
import { DEFAULT_TEMPLATE, PLACEHOLDER_NAMES } from './template.ts';
import { type Attempt, isLate, type Notice as NoticeRow, type Recipient } from './words.ts';

const paging = createPaging<NoticeKey>('notices', ['number', 'string']);

/** Reads of notices. */
export const noticeQueries = {
  async notices(_root: unknown, args: QueryNoticesArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_NOTICES');
    const { ports, scope } = context;
    const page = paging.request(args);
    const filter = cutFilter(args.filter);
    if (filter === null) return paging.connection([], page, keyOf);
    const rows = await ports.database.asViewer(scope, (tx) => readNotices(tx, scope, filter, ports.time.now(), page));
    return paging.connection(rows, page, keyOf);
  },
  async noticeSettings(_root: unknown, args: QueryNoticeSettingsArgs, context: SupervisionContext) {
    const viewer = requirePermission(context, 'READ_NOTICES');
    const asked = readOwner(args);
    if ('__typename' in asked || !seesOwner(viewer, asked.agency, asked.division)) return null;
    const owners = [asked.owner];
    const { recipients, templates } = await context.ports.database.asViewer(context.scope, async (tx) => ({
      recipients: await recipientsOf(tx, owners),
      templates: await templatesOf(tx, owners),
    }));
    return {
      recipients: recipients.map((one) => shownTo(viewer, one)),
      templates: templates.map((one) => ({ ...one, isDefault: false })),
      defaultTemplate: { ...DEFAULT_TEMPLATE, kind: 'ISSUED', isDefault: true },
      placeholders: PLACEHOLDER_NAMES.map((name) => `{${name}}`),
      channels: [...context.notices.channels.keys()],
    };
  },
} satisfies FieldsOf<'Query'>;

/** Settings of notices. Refusals are members of the result, not errors. */
export const noticeMutations = {
  async setNoticeRecipients(_root: unknown, { input }: MutationSetNoticeRecipientsArgs, context: SupervisionContext) {
    const viewer = requirePermission(context, 'SET_NOTICES');
    const { channels, secretOf } = context.notices;
    const result = await setRecipients({ ...context.ports, channels }, viewer, {
      ...input,
      recipients: input.recipients as readonly RecipientInput[],
    });
    if ('__typename' in result) return result;
    const webhooks = result.recipients.filter(({ channel }) => channel === 'WEBHOOK');
    return {
      __typename: 'SetNoticeRecipientsPayload',
      recipients: result.recipients,
      webhookSecrets: webhooks.map(({ id }) => ({ recipientId: id, secret: secretOf(id) })),
    };
  },
  async setNoticeTemplate(_root: unknown, { input }: MutationSetNoticeTemplateArgs, context: SupervisionContext) {
    const viewer = requirePermission(context, 'SET_NOTICES');
    const result = await setTemplate(context.ports, viewer, input);
    return '__typename' in result ? result : { __typename: 'SetNoticeTemplatePayload', template: result };
  },
} satisfies FieldsOf<'Mutation'>;

/** `Card.notices`. */
export const cardNotices = ({ id }: Card, _args: unknown, context: SupervisionContext) =>
  may(context.viewer, 'READ_NOTICES') ? loadersOf(context).ofCard.load(id) : null;

/** A notice, from its row. */
export const Notice = {
  card: ({ card }: NoticeRow, _args: unknown, { load }: SupervisionContext) =>
    card === null ? null : load.card.load(card),
  warning: ({ warning }: NoticeRow, _args: unknown, { load }: SupervisionContext) =>
    warning === null ? null : load.warning.load(warning),
  agency: ({ agency }: NoticeRow) => (agency === null ? null : { __typename: 'Agency', uscc: agency }),
  division: ({ division }: NoticeRow) => ({ __typename: 'Division', code: division }),
  address: ({ channel, address }: NoticeRow) =>
    channel === null || address === null ? null : maskNoticeAddress(channel, address),
  digest: ({ lane, digest }: NoticeRow, _args: unknown, context: SupervisionContext) =>
    digest === null ? null : loadersOf(context).byId.load(`${lane}:${digest}`),
  digestOf: ({ told }: NoticeRow) => told,
  isLate: (notice: NoticeRow, _args: unknown, { ports }: SupervisionContext) => isLate(notice, ports.time.now()),
  attempts: (notice: NoticeRow, _args: unknown, context: SupervisionContext) =>
    loadersOf(context).attempts.load(`${notice.lane}:${notice.id}`),
} satisfies FieldsOf<'Notice'>;

interface Loaders {
  readonly ofCard: DataLoader<string, readonly NoticeRow[]>;
  /** By `<lane>:<id>` of the notice. */
  readonly byId: DataLoader<string, NoticeRow | null>;
  readonly attempts: DataLoader<string, readonly Attempt[]>;
}

const ofContext = new WeakMap<SupervisionContext, Loaders>();

/** Loaders of one request, made when notices are first asked for. */
function loadersOf(context: SupervisionContext): Loaders {
  const known = ofContext.get(context);
  if (known !== undefined) return known;
  const { ports, scope } = context;
  const loaders: Loaders = {
    ofCard: createListLoader(
      (ids) => ports.database.asViewer(scope, (tx) => noticesOfCards(tx, ids)),
      (row) => row.card ?? '',
    ),
    byId: createLoader(
      (keys) => ports.database.asViewer(scope, (tx) => noticesById(tx, keys.map(readKey))),
      (row) => `${row.lane}:${row.id}`,
    ),
    attempts: createListLoader(
      (keys) => ports.database.asViewer(scope, (tx) => attemptsOf(tx, keys.map(readKey))),
      (row) => `${row.lane}:${row.notice}`,
    ),
  };
  ofContext.set(context, loaders);
  return loaders;
}

function readKey(key: string): { readonly lane: number; readonly id: string } {
  const [lane, id] = key.split(':');
  return { lane: Number(lane), id: id! };
}

function keyOf({ at, id }: NoticeRow): NoticeKey {
  return [at, id];
}

function shownTo(viewer: Viewer, recipient: Recipient): Recipient {
  if (readsAddresses(viewer)) return recipient;
  return { ...recipient, address: maskNoticeAddress(recipient.channel, recipient.address) };
}

/** An agency sees its own settings, whatever of them is in the database; others by division, which the row policies test. */
function seesOwner(viewer: Viewer, agency: string | null, division: string): boolean {
  if (viewer.role === 'AGENCY') return agency !== null && viewer.agency === agency;
  return agency !== null || (viewer.division !== null && division.startsWith(viewer.division));
}

/** The filter with its division cut; `null` when it names a text that no row can hold. */
function cutFilter(filter: QueryNoticesArgs['filter']): NoticeFilter | null {
  if (filter === null || filter === undefined) return {};
  const texts = [filter.card, filter.agency, filter.division].filter((text) => text !== null && text !== undefined);
  if (texts.some((text) => !text.isWellFormed() || text.includes('\u0000'))) return null;
  return { ...filter, division: filter.division ? cutDivision(filter.division) : null };
}
