import type { Axis } from '@gnomon/working-time';
import type { Dictionary } from './dictionary.ts';
import type { ParameterValue } from './evaluate.ts';
import type { Node, Quantity, Relation } from './node.ts';
import { type Rule, type RulePart, valuesOf } from './rule.ts';
import { formatValue } from './template.ts';
import { type Bilingual, type PublishedRule, RUNGS, type Rung } from './types.ts';

type Language = 'zh' | 'en';

/** Sentences of every part and rung, generated from the checked expressions so that they cannot drift from them. */
export function describeRule(rule: Rule, dictionaries: ReadonlyMap<string, Dictionary>): PublishedRule['sentences'] {
  return rule.parts.flatMap((part) =>
    RUNGS.flatMap((rung) => {
      const node = part.rungs[rung];
      if (node === null) return [];
      const text = (language: Language): string =>
        sentence(language, rule, part, rung, node, dictionaries.get(part.subject));
      return [{ subject: part.subject, rung, text: { zh: text('zh'), en: text('en') } }];
    }),
  );
}

/** A condition in words, with the parameters' values in brackets. */
export function describeCondition(node: Node, parameters: ReadonlyMap<string, ParameterValue>): Bilingual {
  return { zh: words(node, 'zh', parameters), en: words(node, 'en', parameters) };
}

const RUNG_WORDS: Readonly<Record<Rung, Bilingual>> = {
  warning: { zh: '预警', en: 'a warning' },
  yellow: { zh: '黄牌', en: 'a yellow card' },
  red: { zh: '红牌', en: 'a red card' },
};

function sentence(
  language: Language,
  rule: Rule,
  part: RulePart,
  rung: Rung,
  node: Node,
  dictionary: Dictionary | undefined,
): string {
  const values = valuesOf(rule);
  const subject = dictionary?.title[language] ?? part.subject;
  const list = part.each === null ? undefined : dictionary?.facts.get(part.each.list)?.label[language];
  const scope = part.when === null ? null : words(part.when, language, values);
  const condition = words(node, language, values);
  if (language === 'zh') {
    const each = list === undefined ? '' : `的每项“${list}”`;
    return `${subject}${each}${scope === null ? '' : `（适用范围：${scope}）`}：${condition}，判为${RUNG_WORDS[rung].zh}。`;
  }
  const each = list === undefined ? '' : `, each of its ${list}`;
  return `${subject}${each}${scope === null ? '' : ` (where ${scope})`}: ${RUNG_WORDS[rung].en} when ${condition}.`;
}

const RELATION_WORDS: Readonly<Record<Relation, Bilingual>> = {
  '<': { zh: '小于', en: 'is less than' },
  '<=': { zh: '不大于', en: 'is at most' },
  '>': { zh: '大于', en: 'is more than' },
  '>=': { zh: '不小于', en: 'is at least' },
  '==': { zh: '为', en: 'is' },
  '!=': { zh: '不为', en: 'is not' },
};
const NEGATED: Readonly<Record<Relation, Relation>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

const UNIT_WORDS: Readonly<Record<Axis, Bilingual>> = {
  WORKDAY: { zh: '工作日', en: 'working days' },
  WORK_TIME: { zh: '工作小时', en: 'working hours' },
  DAY: { zh: '自然日', en: 'days' },
  TIME: { zh: '小时', en: 'hours' },
};

function words(node: Node, language: Language, parameters: ReadonlyMap<string, ParameterValue>): string {
  const zh = language === 'zh';
  const of = (inner: Node): string => words(inner, language, parameters);
  const grouped = (inner: Node): string =>
    ['and', 'or', 'choose', 'arithmetic', 'extreme'].includes(inner.op)
      ? zh
        ? `（${of(inner)}）`
        : `(${of(inner)})`
      : of(inner);
  const relation = (left: string, sign: Relation, right: string): string =>
    `${left}${zh ? '' : ' '}${RELATION_WORDS[sign][language]}${zh ? '' : ' '}${right}`;
  switch (node.op) {
    case 'literal':
      return Array.isArray(node.value) ? list(node.value, language) : formatValue(node.value, node.type, language);
    case 'parameter': {
      const value = parameters.get(node.named.name);
      const shown = Array.isArray(value)
        ? value.join(zh ? '、' : ', ')
        : formatValue(value as number | string | boolean | undefined, node.type, language);
      return zh ? `${node.named.label.zh}（${shown}）` : `${node.named.label.en} (${shown})`;
    }
    case 'fact':
    case 'field':
      return zh ? `“${node.named.label.zh}”` : `“${node.named.label.en}”`;
    case 'not':
      if (node.a.op === 'compare') return relation(grouped(node.a.a), NEGATED[node.a.relation], grouped(node.a.b));
      if (node.a.op === 'fact' || node.a.op === 'field') return zh ? `非${of(node.a)}` : `not ${of(node.a)}`;
      return zh ? `不满足（${of(node.a)}）` : `not (${of(node.a)})`;
    case 'negate':
      return zh ? `负${grouped(node.a)}` : `minus ${grouped(node.a)}`;
    case 'and':
      return node.items.map(grouped).join(zh ? '，且' : ' and ');
    case 'or':
      return node.items.map(grouped).join(zh ? '，或' : ' or ');
    case 'choose':
      return zh
        ? `若${grouped(node.condition)}则${grouped(node.a)}，否则${grouped(node.b)}`
        : `${grouped(node.a)} if ${grouped(node.condition)}, otherwise ${grouped(node.b)}`;
    case 'compare':
      return relation(grouped(node.a), node.relation, grouped(node.b));
    case 'arithmetic':
      return `${grouped(node.a)}${SIGN_WORDS[node.sign][language]}${grouped(node.b)}`;
    case 'extreme':
      if (zh) return `${grouped(node.a)}与${grouped(node.b)}中的${node.which === 'greatest' ? '较大者' : '较小者'}`;
      return `the ${node.which === 'greatest' ? 'greater' : 'lesser'} of ${grouped(node.a)} and ${grouped(node.b)}`;
    case 'convert':
      return node.type.kind === 'int' && node.a.type.kind === 'double'
        ? zh
          ? `${grouped(node.a)}的整数部分`
          : `the whole part of ${grouped(node.a)}`
        : of(node.a);
    case 'in':
      return zh ? `${of(node.a)}属于${of(node.list)}` : `${of(node.a)} is one of ${of(node.list)}`;
    case 'size':
      return zh ? `${of(node.a)}的项数` : `the number of ${of(node.a)}`;
    case 'has':
      return zh ? `已知${of(node.of)}` : `${of(node.of)} is known`;
    case 'exists':
      return zh
        ? `${of(node.list)}中至少一项满足（${of(node.body)}）`
        : `at least one of ${of(node.list)} has (${of(node.body)})`;
    case 'all':
      return zh
        ? `${of(node.list)}中每一项都满足（${of(node.body)}）`
        : `every one of ${of(node.list)} has (${of(node.body)})`;
    case 'expired':
      if (node.limit === null) return zh ? `${of(node.of)}已到期` : `${of(node.of)} has run out`;
      return zh
        ? `${of(node.of)}按${of(node.limit)}计已到期`
        : `${of(node.of)} has run out under a limit of ${of(node.limit)}`;
    case 'limit':
    case 'quantity':
      return quantity(node.op === 'limit' ? 'limit' : node.quantity, node.of, node.limit, language, of);
    case 'turn':
      return relation(quantity(node.quantity, node.of, node.limit, language, of), node.relation, grouped(node.bound));
  }
}

const SIGN_WORDS: Readonly<Record<'+' | '-' | '*', Bilingual>> = {
  '+': { zh: '加', en: ' plus ' },
  '-': { zh: '减', en: ' minus ' },
  '*': { zh: '乘以', en: ' times ' },
};

const QUANTITY_WORDS: Readonly<Record<Quantity | 'limit', (of: string, unit: string) => Bilingual>> = {
  left: (of, unit) => ({ zh: `${of}剩余${unit}数`, en: `${unit} left on ${of}` }),
  overdue: (of, unit) => ({ zh: `${of}超期${unit}数`, en: `${unit} by which ${of} is overdue` }),
  elapsed: (of, unit) => ({ zh: `${of}已用${unit}数`, en: `${unit} used on ${of}` }),
  limit: (of, unit) => ({ zh: `${of}时限（${unit}）`, en: `the limit of ${of} in ${unit}` }),
  since: (of) => ({ zh: `距${of}的小时数`, en: `hours since ${of}` }),
  workdaysSince: (of) => ({ zh: `距${of}的工作日数`, en: `working days since ${of}` }),
  workHoursSince: (of) => ({ zh: `距${of}的工作小时数`, en: `working hours since ${of}` }),
};

function quantity(
  name: Quantity | 'limit',
  of: Node,
  limit: Node | null,
  language: Language,
  say: (node: Node) => string,
): string {
  const unit = of.type.kind === 'clock' ? UNIT_WORDS[of.type.axis][language] : '';
  const subject =
    limit === null
      ? say(of)
      : language === 'zh'
        ? `${say(of)}（按${say(limit)}计）`
        : `${say(of)} (under a limit of ${say(limit)})`;
  return QUANTITY_WORDS[name](subject, unit)[language];
}

const list = (values: readonly string[], language: Language): string =>
  language === 'zh' ? `（${values.join('、')}）` : `(${values.join(', ')})`;
