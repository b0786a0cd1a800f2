import { formatInstant, type Instant } from '@gnomon/working-time';
import { checkExpression, type Names } from './check-expression.ts';
import { evaluateValue, type Surroundings } from './evaluate.ts';
import type { Node } from './node.ts';
import type { ExpressionProblem } from './parse-expression.ts';
import type { FactValue } from './types.ts';
import type { ValueType } from './value-type.ts';

/** A message with its checked placeholders. */
export type Template = readonly (string | Node)[];

/** Parses `text with {expression}`; problems count their offsets from the start of the text. */
export function parseTemplate(text: string, names: Names): { template: Template } | { problem: ExpressionProblem } {
  const parts: (string | Node)[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    const checked = checkExpression(match[1] ?? '', names, 'message');
    if ('problem' in checked) {
      const shift = match.index + 1;
      return {
        problem: { ...checked.problem, start: checked.problem.start + shift, end: checked.problem.end + shift },
      };
    }
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(checked.node);
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  const stray = /[{}]/.exec(text.replaceAll(/\{[^{}]*\}/g, (hit) => ' '.repeat(hit.length)));
  if (stray !== null)
    return {
      problem: {
        code: 'RULE-201',
        start: stray.index,
        end: stray.index + 1,
        zh: '消息中的花括号不成对',
        en: 'a brace of the message has no partner',
      },
    };
  if (rest !== '') parts.push(rest);
  return { template: parts };
}

/** Fills a message in with the values at an instant. */
export function fillTemplate(template: Template, language: 'zh' | 'en', at: Surroundings): string {
  return template
    .map((part) => (typeof part === 'string' ? part : formatValue(evaluateValue(part, at), part.type, language)))
    .join('');
}

/** A value as a person reads it: at most four decimals, local time, 是 and 否. */
export function formatValue(value: FactValue | undefined, type: ValueType, language: 'zh' | 'en'): string {
  if (value === undefined) return language === 'zh' ? '未知' : 'unknown';
  if (typeof value === 'boolean') return language === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no';
  if (typeof value === 'number') return type.kind === 'instant' ? formatLocal(value) : formatNumber(value);
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(language === 'zh' ? '、' : ', ') : JSON.stringify(value);
}

const formatNumber = (value: number): string => String(Number(value.toFixed(4)));

/** `2024-09-29 14:30:00`, with milliseconds only where there are any. */
function formatLocal(instant: Instant): string {
  return formatInstant(instant)
    .slice(0, 23)
    .replace('T', ' ')
    .replace(/\.000$/, '');
}
