import { calendarFor, loadPack, type Pack, packsIn, type Receipt } from '@gnomon/rule-engine';
import type { Ports } from '@gnomon/subgraph-kit';
import type { CalendarData, WorkCalendar } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import { namedTexts } from '../store/receipts.ts';

/** The pack and the calendar that a receipt names, ready to judge. */
export interface ReceiptTexts {
  readonly pack: Pack;
  readonly calendar: WorkCalendar;
}

/** Loading a pack takes about a second; whoever appeals against cards of one season asks for the same few. */
const MOST_KEPT = 4;
const packs = new Map<string, Pack>();
const calendars = new Map<string, WorkCalendar>();

/**
 * The rules and the calendar that a receipt names: those in force here, or those kept when the receipt came; `null` when neither has them.
 * Both are named by the hash of their content, hence kept across requests.
 */
export async function textsOfReceipt(
  rules: Ports['rules'],
  receipt: Pick<Receipt, 'packHash' | 'calendarHash' | 'scope'>,
  tx: TransactionSql,
): Promise<ReceiptTexts | null> {
  const inForce = rules.current();
  const { packHash, calendarHash, scope } = receipt;
  const calendarKey = `${calendarHash} ${scope.division}`;
  let pack = packsIn(inForce.pack).find(({ hash }) => hash === packHash) ?? packs.get(packHash);
  let calendar =
    [inForce.calendar, inForce.calendarFor(scope.division)].find(({ hash }) => hash === calendarHash) ??
    calendars.get(calendarKey);
  if (pack !== undefined && calendar !== undefined) return { pack, calendar };
  const texts = await namedTexts(tx, [packHash, calendarHash]);
  calendar ??= openCalendar(texts.get(calendarHash), receipt);
  if (calendar === undefined) return null;
  keep(calendars, calendarKey, calendar);
  pack ??= openPack(texts.get(packHash), calendar);
  if (pack === undefined) return null;
  keep(packs, packHash, pack);
  return { pack, calendar };
}

function openCalendar(text: string | undefined, receipt: Pick<Receipt, 'scope'>): WorkCalendar | undefined {
  return text === undefined ? undefined : calendarFor(JSON.parse(text) as CalendarData, receipt);
}

function openPack(text: string | undefined, calendar: WorkCalendar): Pack | undefined {
  if (text === undefined) return undefined;
  const loaded = loadPack(JSON.parse(text) as Pack['files'], { calendar, runTests: false });
  if ('pack' in loaded) return loaded.pack;
  throw new Error(`appeals: kept rule files no longer load: ${loaded.problems[0]?.message.en}`);
}

function keep<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > MOST_KEPT && oldest !== undefined) cache.delete(oldest);
}
