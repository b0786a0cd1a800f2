import type { EndEntry, EndKind, Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { type EndedTokens, recordAct, recordEnd, refusal, requirePermission } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';

const ID_LIMIT = 128;
const REASON = { shortest: 4, longest: 500 } as const;

type Refused = { readonly __typename: 'AccountInputRefused' | 'AccountStateRefused'; readonly message: Bilingual };
type Answer =
  | Refused
  | { readonly __typename: 'EndedAccessPayload'; account: string; tokenId: string | null; at: number };
interface Step {
  readonly kind: EndKind;
  readonly account: string;
  readonly token: string | null;
  readonly reason: string;
}

/** What security administrators (安全管理员) ended. */
export const accountQueries = {
  endedAccess(_root: unknown, _args: unknown, context: RegistryContext) {
    requirePermission(context, 'READ_SIGN_INS');
    const ended = bookOf(context);
    return [...ended.locked(), ...ended.endedTokens()].map(({ token, ...entry }) => ({ ...entry, tokenId: token }));
  },
};

/** Steps on accounts and tokens. Refusals are members of the result, not errors. */
export const accountMutations = {
  revokeAccount: (
    _root: unknown,
    { input }: { input: { account: string; reason: string } },
    context: RegistryContext,
  ) => take(context, { kind: 'ACCOUNT_LOCKED', token: null, ...input }),
  unlockAccount: (
    _root: unknown,
    { input }: { input: { account: string; reason: string } },
    context: RegistryContext,
  ) => take(context, { kind: 'ACCOUNT_UNLOCKED', token: null, ...input }),
  revokeToken: (_root: unknown, { input }: { input: { tokenId: string; reason: string } }, context: RegistryContext) =>
    take(context, { kind: 'TOKEN_ENDED', account: '', token: input.tokenId, reason: input.reason }),
};

const ACTS: Readonly<Record<EndKind, string>> = {
  ACCOUNT_LOCKED: 'ACCOUNT_REVOKED',
  ACCOUNT_UNLOCKED: 'ACCOUNT_UNLOCKED',
  TOKEN_ENDED: 'TOKEN_REVOKED',
};

async function take(context: RegistryContext, step: Step): Promise<Answer> {
  const viewer = requirePermission(context, 'MANAGE_ACCOUNTS');
  const ended = bookOf(context);
  const refused = refusedInput(step) ?? refusedState(ended, viewer, step);
  if (refused !== null) return refused;
  const at = context.time.now();
  const entry: EndEntry = { ...step, at, by: viewer.id };
  await context.database.transaction(async (tx) => {
    await recordEnd(tx, entry);
    await recordAct(tx, { kind: ACTS[step.kind], by: viewer, at, about: step.token ?? step.account });
  });
  return { __typename: 'EndedAccessPayload', account: step.account, tokenId: step.token, at };
}

function refusedInput({ account, token, reason }: Step): Refused | null {
  const id = token ?? account;
  if (!isText(id, 1, ID_LIMIT))
    return input(
      `账号或令牌编号应为 1 至 ${ID_LIMIT} 个可见字符，收到 ${id.length} 个字符。请从登录记录或账号清单中复制。`,
      `The account or token must be 1 to ${ID_LIMIT} visible characters; ${id.length} came. Copy it from the list of accounts.`,
    );
  if (isText(reason, REASON.shortest, REASON.longest)) return null;
  return input(
    `理由应为 ${REASON.shortest} 至 ${REASON.longest} 个字符，收到 ${reason.trim().length} 个。请写明理由。`,
    `The reason must have ${REASON.shortest} to ${REASON.longest} characters of text; ${reason.trim().length} came. Say why.`,
  );
}

function refusedState(ended: EndedTokens, viewer: Viewer, { kind, account, token }: Step): Refused | null {
  if (account === viewer.id || (token !== null && token === viewer.token?.id))
    return state(
      '不能锁定、解锁自己的账号或终止自己的令牌。请由另一名安全管理员办理。',
      'Nobody locks, unlocks or ends what is its own; ask another security administrator.',
    );
  const isLocked = ended.locked().some((entry) => entry.account === account);
  if (kind === 'ACCOUNT_LOCKED' && isLocked)
    return state(`账号 ${account} 已处于锁定状态。`, `The account ${account} is locked already.`);
  if (kind === 'ACCOUNT_UNLOCKED' && !isLocked)
    return state(
      `账号 ${account} 未被锁定，无需解锁。`,
      `The account ${account} is not locked; there is nothing to unlock.`,
    );
  if (kind === 'TOKEN_ENDED' && ended.endedTokens().some((entry) => entry.token === token))
    return state(`令牌 ${token} 已终止。`, `The token ${token} was ended already.`);
  return null;
}

function isText(value: string, shortest: number, longest: number): boolean {
  const { length } = value.trim();
  return length >= shortest && length <= longest && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function input(zh: string, en: string): Refused {
  return { __typename: 'AccountInputRefused', message: { zh, en } };
}
function state(zh: string, en: string): Refused {
  return { __typename: 'AccountStateRefused', message: { zh, en } };
}

function bookOf({ ended }: RegistryContext): EndedTokens {
  if (ended !== undefined) return ended;
  throw refusal('UNAVAILABLE', {
    zh: '本进程未打开账号台账，请稍后在平台入口办理。',
    en: 'This process has no book of accounts; ask at the hub.',
  });
}
