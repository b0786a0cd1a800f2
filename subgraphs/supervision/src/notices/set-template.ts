import { createHash } from 'node:crypto';
import type { Viewer } from '@gnomon/identity';
import { type Bilingual, canonicalJson } from '@gnomon/rule-engine';
import { type Ports, recordAct } from '@gnomon/subgraph-kit';
import { namesPerson } from '../life/perform.ts';
import type { FeedKind } from '../words.ts';
import { OCCASIONS } from './occasions.ts';
import { type NoticeRefusal, type OwnerInput, ownerFor, refused, shown } from './owner.ts';
import { keepTemplate } from './store/recipients.ts';
import { DEFAULT_TEMPLATE, PLACEHOLDER_NAMES, unknownPlaceholder } from './template.ts';
import type { TemplateText } from './words.ts';

/** A template as it is handed in; both texts, or neither to go back to the hub's own. */
export interface TemplateInput extends OwnerInput {
  readonly kind: FeedKind;
  readonly subject?: Bilingual | null;
  readonly body?: Bilingual | null;
}

/** Sets what is written when this happens; or says by name why not. */
export async function setTemplate(
  { database, time }: Pick<Ports, 'database' | 'time'>,
  viewer: Viewer,
  input: TemplateInput,
): Promise<(TemplateText & { readonly kind: FeedKind; readonly isDefault: boolean }) | NoticeRefusal> {
  return database.transaction(async (tx) => {
    const owner = await ownerFor(tx, viewer, input);
    if ('__typename' in owner) return owner;
    const text = readText(input);
    if (text !== null && '__typename' in text) return text;
    const at = time.now();
    await keepTemplate(tx, owner, input.kind, text, viewer.id, at);
    const hash = text === null ? null : createHash('sha256').update(canonicalJson(text)).digest('hex');
    const detail = { kind: input.kind, textSha256: hash };
    await recordAct(tx, { kind: 'NOTICE_TEMPLATE_SET', by: viewer, at, about: owner.owner, detail });
    return { ...(text ?? DEFAULT_TEMPLATE), kind: input.kind, isDefault: text === null };
  });
}

function readText({ kind, subject, body }: TemplateInput): TemplateText | NoticeRefusal | null {
  const { agency, supervisors } = OCCASIONS[kind];
  if (agency.length === 0 && supervisors === 'NONE')
    return refused(
      `kind：${kind} 不告知任何人，无须模板。`,
      `kind: nobody is told of ${kind}, so it needs no template.`,
    );
  const isGiven = (text: Bilingual | null | undefined): text is Bilingual => text !== null && text !== undefined;
  if (!isGiven(subject) && !isGiven(body)) return null;
  if (!isGiven(subject) || !isGiven(body))
    return refused(
      'subject 和 body 须同时给出，或都不给出（恢复平台模板）。',
      'subject and body: both were expected, or neither to go back to the hub’s own; one came.',
    );
  const faulty =
    refuseText('subject.zh', subject.zh, 100, false) ??
    refuseText('subject.en', subject.en, 200, false) ??
    refuseText('body.zh', body.zh, 1000, true) ??
    refuseText('body.en', body.en, 2000, true);
  return faulty ?? { subject, body };
}

function refuseText(name: string, text: string, longest: number, mayBreak: boolean): NoticeRefusal | null {
  const { length } = text.trim();
  if (length < 1 || text.length > longest)
    return refused(
      `${name} 应为 1 至 ${longest} 个字符，收到 ${text.length} 个。`,
      `${name}: 1 to ${longest} characters were expected, ${text.length} came.`,
    );
  const control = mayBreak ? /[\p{Cc}--[\n]]/v : /\p{Cc}/u;
  if (!text.isWellFormed() || control.test(text))
    return refused(
      `${name} 含控制字符或无效字符，请删去。`,
      `${name}: text without control characters was expected; take them out.`,
    );
  if (namesPerson(text))
    return refused(
      `${name} 含有公民身份号码或手机号码；告知不得写入个人信息，请删去。`,
      `${name}: no resident identity number and no mobile number was expected; notices carry no personal data, take it out.`,
    );
  const unknown = unknownPlaceholder(text);
  if (unknown === null) return null;
  const known = PLACEHOLDER_NAMES.map((one) => `{${one}}`).join(' ');
  return refused(
    `${name}：没有占位符 ${shown(unknown)}；可用的有 ${known}。`,
    `${name}: there is no placeholder ${shown(unknown)}; there are ${known}.`,
  );
}
