import type { Database } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { RuleText, RuleTextKind, RuleTextState } from '../law/rule-text.ts';

const COLUMNS = `t.id, t.ordinal, t.kind, t.path, t.text, t.hash, t.division, t.department, t.rule, t.document, t.contact, t.note,
  t.is_favourable as "isFavourable", t.proposed_at as "proposedAt", t.proposed_by as "proposedBy",
  t.consulted_at as "consultedAt", t.consulted_by as "consultedBy", t.consultation,
  t.published_at as "publishedAt", t.published_by as "publishedBy", t.in_force_at as "inForceAt",
  t.withdrawn_at as "withdrawnAt", t.withdrawn_by as "withdrawnBy", t.withdrawal,
  (select min(l.in_force_at) from rule_text l where l.path = t.path and (l.in_force_at, l.ordinal) > (t.in_force_at, t.ordinal)) as "replacedAt"`;

/** What a proposal brings. */
export type ProposedText = Pick<
  RuleText,
  | 'kind'
  | 'path'
  | 'text'
  | 'hash'
  | 'division'
  | 'department'
  | 'rule'
  | 'document'
  | 'contact'
  | 'note'
  | 'isFavourable'
  | 'proposedAt'
  | 'proposedBy'
>;

/** Keeps a proposal under the next number. */
export async function insertText(tx: Transaction, text: ProposedText): Promise<RuleText> {
  const [row] = await tx<{ id: string }[]>`/* insertText */
    with n as (select nextval('rule_text_number') as ordinal)
    insert into rule_text (id, ordinal, kind, path, text, hash, division, department, rule, document, contact, note, is_favourable, proposed_at, proposed_by)
    select 'LAW-' || n.ordinal, n.ordinal, ${text.kind}, ${text.path}, ${text.text}, ${text.hash}, ${text.division}, ${text.department}, ${text.rule},
      ${text.document}, ${text.contact}, ${text.note}, ${text.isFavourable}, ${text.proposedAt}::timestamptz, ${text.proposedBy} from n
    returning id`;
  return (await textById(tx, row!.id))!;
}

/** One text, or `null`; within the transaction's rights. */
export async function textById(tx: Transaction, id: string): Promise<RuleText | null> {
  const [row] = await tx<RuleText[]>`/* textById */ select ${tx.unsafe(COLUMNS)} from rule_text t where t.id = ${id}`;
  return row ?? null;
}

/** Locks a text for an act upon it. Publications wait for one another: each is proved against those before it. */
export async function lockText(tx: Transaction, id: string): Promise<RuleText | null> {
  await tx`/* lockLaw */ select pg_advisory_xact_lock(hashtextextended('registry rule_text', 0))`;
  await tx`/* lockText */ select 1 from rule_text where id = ${id} for update`;
  return textById(tx, id);
}

export async function writeConsultation(
  tx: Transaction,
  id: string,
  { at, by, consultation }: { readonly at: Instant; readonly by: string; readonly consultation: string },
): Promise<void> {
  await tx`/* writeConsultation */ update rule_text set consulted_at = ${at}::timestamptz, consulted_by = ${by}, consultation = ${consultation} where id = ${id}`;
}

export async function writePublication(
  tx: Transaction,
  id: string,
  { at, by, inForceAt }: { readonly at: Instant; readonly by: string; readonly inForceAt: Instant },
): Promise<void> {
  await tx`/* writePublication */ update rule_text set published_at = ${at}::timestamptz, published_by = ${by}, in_force_at = ${inForceAt}::timestamptz where id = ${id}`;
}

export async function writeWithdrawal(
  tx: Transaction,
  id: string,
  { at, by, reason }: { readonly at: Instant; readonly by: string; readonly reason: string },
): Promise<void> {
  await tx`/* writeWithdrawal */ update rule_text set withdrawn_at = ${at}::timestamptz, withdrawn_by = ${by}, withdrawal = ${reason} where id = ${id}`;
}

/** Published texts that hold at an instant or will, in the order in which they take effect. */
export async function publishedTexts(tx: Transaction): Promise<readonly RuleText[]> {
  return tx<RuleText[]>`/* publishedTexts */
    select ${tx.unsafe(COLUMNS)} from rule_text t where t.published_at is not null order by t.in_force_at, t.ordinal`;
}

/** Which texts; what is null does not restrict. */
export interface TextFilter {
  readonly state: RuleTextState | null;
  readonly kind: RuleTextKind | null;
  readonly rule: string | null;
  readonly division: string | null;
}

/** Texts that the viewer may see, newest first, after a number. */
export async function listTexts(
  database: Database,
  scope: Parameters<Database['asViewer']>[0],
  filter: TextFilter,
  { now, after, limit }: { readonly now: Instant; readonly after: number | null; readonly limit: number },
): Promise<readonly RuleText[]> {
  const { state, kind, rule, division } = filter;
  return database.asViewer(
    scope,
    (tx) => tx<RuleText[]>`/* listTexts */
      select * from (select ${tx.unsafe(COLUMNS)} from rule_text t) t where true
        ${kind === null ? tx`` : tx`and kind = ${kind}`}
        ${rule === null ? tx`` : tx`and rule = ${rule}`}
        ${division === null ? tx`` : tx`and division = ${division}`}
        ${
          state === null
            ? tx``
            : tx`and ${state} = case
                when "withdrawnAt" is not null then 'WITHDRAWN'
                when "inForceAt" is null then case when "consultedAt" is null then 'DRAFT' else 'CONSULTED' end
                when "replacedAt" <= ${now}::timestamptz then 'REPLACED'
                when "inForceAt" <= ${now}::timestamptz then 'IN_FORCE' else 'PUBLISHED' end`
        }
        ${after === null ? tx`` : tx`and ordinal < ${after}`}
      order by ordinal desc limit ${limit}`,
  );
}

/** The texts of these rules that the viewer may see, in the order of their numbers; withdrawn ones left out. */
export async function textsOfRules(tx: Transaction, rules: readonly string[]): Promise<readonly RuleText[]> {
  return tx<RuleText[]>`/* textsOfRules */
    select ${tx.unsafe(COLUMNS)} from rule_text t
    where t.rule = any (${[...rules]}::text[]) and t.withdrawn_at is null order by t.ordinal`;
}
