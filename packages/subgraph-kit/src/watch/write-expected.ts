import type { Pack } from '@gnomon/rule-engine';
import type { CalendarData } from '@gnomon/working-time';
import { isMap, parseDocument, YAMLMap } from 'yaml';
import { countNotice, expectedHours, partHash, shortHash } from './expected.ts';

/** Within so many days a new rule gives a verdict, until somebody says otherwise. */
const RULE_DAYS = 62;

/**
 * The text of the record with the hashes of what is in force now; what people keep in it by hand (basis, limits, how often a kind is
 * judged, parts of subgraphs) and its comments stay. A kind that is new gets 0: somebody has to say how often it is judged.
 */
export function writeExpected(
  text: string,
  rules: { readonly pack: Pick<Pack, 'files' | 'rules' | 'subjects'>; readonly data: CalendarData },
): string {
  const document = parseDocument(text);
  const { pack, data } = rules;
  const byName = <T>(entries: readonly (readonly [string, T])[]) =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  document.set('files', document.createNode(byName(pack.files.map((file) => [file.path, shortHash(file.text)]))));
  document.setIn(['calendar', 'officeHours'], document.createNode(expectedHours(data), { flow: true }));
  const years = new YAMLMap<string, unknown>();
  for (const notice of data.notices)
    years.set(String(notice.year), document.createNode(countNotice(notice), { flow: true }));
  document.setIn(['calendar', 'years'], years);
  document.setIn(
    ['calendar', 'overlays'],
    document.createNode(byName(data.overlays.map((overlay) => [overlay.id, partHash(overlay)]))),
  );
  for (const id of pack.rules.keys()) if (!document.hasIn(['rules', id])) document.setIn(['rules', id], RULE_DAYS);
  for (const kind of pack.subjects) if (!document.hasIn(['kinds', kind])) document.setIn(['kinds', kind], 0);
  for (const path of [['kinds'], ['rules'], ['calendar'], ['files'], ['subgraphs']]) {
    const node = document.getIn(path);
    if (isMap(node)) node.flow = node.items.length === 0;
  }
  return document.toString({ lineWidth: 140, flowCollectionPadding: true });
}
