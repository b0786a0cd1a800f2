import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { describeCondition } from './describe.ts';
import { evaluateValue, type Surroundings } from './evaluate.ts';
import { decidingLayer, type JudgedPart, type Layer, rungOf } from './judge-part.ts';
import { type Node, walk } from './node.ts';
import { printExpression } from './print.ts';
import { fillTemplate, formatValue } from './template.ts';
import type { Bilingual, Explanation, FactRecord, Facts, Level, Verdict } from './types.ts';

/** A part's view of the occurrence that is explained. */
export interface Candidate {
  readonly judged: JudgedPart;
  readonly layers: readonly Layer[];
  readonly element: FactRecord;
  readonly level: Level;
}

/** Says why a verdict is what it is: the message, the rung's sentence, and the numbers that decided it. */
export function explainVerdict(
  verdict: Verdict,
  candidates: readonly Candidate[],
  facts: Facts,
  calendar: WorkCalendar,
  now: Instant,
): Explanation {
  const chosen = candidates.find(({ level }) => level === verdict.level) ?? candidates[0];
  if (chosen === undefined)
    return { level: verdict.level, message: NOTHING, sentence: NOTHING, quantities: [], parameters: {} };
  const { judged, element } = chosen;
  const base: Surroundings = { facts, elements: [element], parameters: judged.parameters, calendar, now };
  const layer = decidingLayer(judged, chosen.layers, verdict.level, base);
  const at: Surroundings = { ...base, parameters: layer?.parameters ?? judged.parameters };
  const rung = rungOf(verdict.level);
  const node = rung === null ? null : (layer?.rungs ?? judged.part.rungs)[rung];
  const scope = judged.part.when;
  const message = layer?.message ?? judged.part.message;
  return {
    level: verdict.level,
    message:
      verdict.level === 'UNKNOWN'
        ? unknownMessage(verdict.missing)
        : { zh: fillTemplate(message.zh, 'zh', at), en: fillTemplate(message.en, 'en', at) },
    sentence: node === null ? NOTHING : describeCondition(node, at.parameters),
    quantities: quantitiesOf([scope, node], at),
    parameters: Object.fromEntries([...at.parameters].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const NOTHING: Bilingual = { zh: '', en: '' };

function unknownMessage(missing: readonly string[]): Bilingual {
  return {
    zh: `数据不足，无法判定：缺少 ${missing.join('、')}`,
    en: `Cannot be judged, data are missing: ${missing.join(', ')}`,
  };
}

/** Values of all that the condition reads, each once, in reading order. */
function quantitiesOf(nodes: readonly (Node | null)[], at: Surroundings): Explanation['quantities'] {
  const found = new Map<string, string>();
  const note = (node: Node): void => {
    const expression = printExpression(node);
    if (!found.has(expression)) found.set(expression, formatValue(evaluateValue(node, at), node.type, 'en'));
  };
  for (const root of nodes)
    if (root !== null)
      walkOutside(root, (node) => {
        if (node.op === 'turn')
          note({
            op: 'quantity',
            quantity: node.quantity,
            of: node.of,
            limit: node.limit,
            start: node.start,
            end: node.end,
            timed: true,
            type: { kind: 'double' },
          });
        if (node.op === 'expired' || node.op === 'limit' || node.op === 'size' || node.op === 'has') note(node);
        if (node.op === 'parameter') note(node);
        if ((node.op === 'fact' || node.op === 'field') && !['clock', 'list'].includes(node.type.kind)) note(node);
      });
  return [...found].map(([expression, value]) => ({ expression, value }));
}

/** Walks without entering list macros, whose elements have no single value; the macro itself is noted by its result. */
function walkOutside(node: Node, visit: (node: Node) => void): void {
  const inside = new Set<Node>();
  walk(node, (inner) => {
    if (inner.op === 'exists' || inner.op === 'all') walk(inner.body, (hidden) => inside.add(hidden));
    if (!inside.has(inner)) visit(inner);
  });
}
