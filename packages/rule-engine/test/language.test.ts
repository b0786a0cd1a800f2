import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem, loadPack, PROBLEM_REMEDIES, type RuleFile, type RuleProblem } from '../src/index.ts';
import { dictionaryFileSchema, exemptionFileSchema, overlayFileSchema, ruleFileSchema } from '../src/schema.ts';
import { calendar, DICTIONARY, packOf, problemCodes, ruleFile } from './rule-world.ts';

function problemsOf(...files: readonly RuleFile[]): readonly RuleProblem[] {
  const loaded = loadPack([DICTIONARY, ...files], { calendar });
  return 'problems' in loaded ? loaded.problems : [];
}

describe('the checker refuses, by name', () => {
  test.each<[string, string, string]>([
    ['a name that the dictionary lacks', 'b9', 'RULE-301'],
    ['a name of every object', 'constructor', 'RULE-301'],
    ['the prototype', 'b1 && toString', 'RULE-301'],
    ['a reserved name', '__proto__.b1', 'RULE-201'],
    ['a prototype of an element', 'xs.exists(x, x.constructor)', 'RULE-301'],
    ['a parameter that is not declared', 'p.constructor > 1', 'RULE-302'],
    ['a field of a clock', 'w1.due > 1', 'RULE-301'],
    ['an unknown function', 'lefft(w1) < 1.0', 'RULE-303'],
    ['a method', 's1.matches("a+")', 'RULE-203'],
    ['string addition', 's1 + s1 == s1', 'RULE-304'],
    ['division', 'i1 / 2 > 1', 'RULE-203'],
    ['the remainder', 'i1 % 2 == 1', 'RULE-203'],
    ['an index', 'xs[0].ok', 'RULE-203'],
    ['a map', '{"a": 1} == {"a": 1}', 'RULE-203'],
    ['null', 'b1 == null', 'RULE-203'],
    ['bytes', 'b"x" == b"x"', 'RULE-203'],
    ['an unsigned integer', '1u == 1u', 'RULE-203'],
    ['int with double in arithmetic', 'i1 + 1.0 > 2.0', 'RULE-304'],
    ['a string compared with a number', 's1 == 1', 'RULE-304'],
    ['strings in order', 's1 < "b"', 'RULE-304'],
    ['a code outside its list', 'c1 == "Z"', 'RULE-305'],
    ['a code list with a foreign value', 'c1 in ["A", "Z"]', 'RULE-305'],
    ['a condition that is a number', 'i1', 'RULE-309'],
    ['a condition on a clock', 'w1', 'RULE-309'],
    ['arithmetic on time', 'left(w1) + 1.0 < 2.0', 'RULE-306'],
    ['equality with time', 'left(w1) == 2.0', 'RULE-306'],
    ['time on both sides', 'left(w1) < overdue(w2)', 'RULE-306'],
    ['time in a choice of numbers', '(b1 ? left(w1) : 1.0) < 2.0', 'RULE-306'],
    ['time in greatest', 'greatest(left(w1), 1.0) < 2.0', 'RULE-306'],
    ['a timed condition as a number', 'expired(w1) == b1', 'RULE-306'],
    ['a clock function on an instant', 'left(t1) < 1.0', 'RULE-304'],
    ['since on a clock', 'since(w1) > 1.0', 'RULE-304'],
    ['an integer limit', 'expired(w1, 3)', 'RULE-304'],
    ['too many arguments', 'left(w1, 1.0, 2.0) < 1.0', 'RULE-303'],
    ['no argument', 'left() < 1.0', 'RULE-303'],
    ['three nested macros', 'xs.exists(x, xs.all(y, xs.exists(z, z.ok)))', 'RULE-307'],
    ['a macro variable that hides a fact', 'xs.exists(b1, b1.ok)', 'RULE-308'],
    ['a macro that is none of the two', 'xs.map(x, x.ok) == xs', 'RULE-203'],
    ['an integer beyond 2^53', 'i1 < 9007199254740993', 'RULE-310'],
    ['an open bracket', '(b1', 'RULE-201'],
    ['an open string', 's1 == "x', 'RULE-201'],
    ['nothing', '', 'RULE-201'],
    ['deep nesting', `${'('.repeat(400)}b1${')'.repeat(400)}`, 'RULE-202'],
    ['many negations', `${'!'.repeat(1500)}b1`, 'RULE-202'],
    ['many nodes', Array.from({ length: 150 }, () => 'b1').join(' && '), 'RULE-202'],
    ['a long text', `s1 == "${'x'.repeat(2100)}"`, 'RULE-202'],
    ['a null character', 'b1 \u0000 b2', 'RULE-201'],
    ['look-alike letters', 'Ь1', 'RULE-201'],
  ])('%s', (_what, condition, code) => {
    expect(problemCodes(ruleFile({ warning: condition }))).toEqual([code]);
  });

  test('names of facts that every object has cannot be declared', () => {
    const facts = {
      path: 'facts/other.yaml',
      text: 'subject: other\ntitle: { zh: 甲, en: a }\nfacts:\n  constructor: { type: bool, zh: 甲, en: a }\n',
    };
    expect(problemCodes(facts)).toEqual(['RULE-801']);
  });
});

describe('text of a rule file stays text', () => {
  test.each(['"', '\\', "'", '`', '$'.concat('{x}'), '</script>', '\u2028', '*/', 'a\nb', '中文🀄'])(
    'a string %j is compared and never run',
    (text) => {
      const pack = packOf(ruleFile({ warning: `s1 == ${JSON.stringify(text).replaceAll('\u2028', '\\u2028')}` }));
      const level = (s1: string) =>
        pack.judgeRule(
          'WI-90',
          'thing',
          { s1 },
          { division: '15', agency: '', department: '', item: '' },
          calendar,
          0,
        )[0]?.level;
      expect([level(text), level(`${text}x`)]).toEqual(['WARNING', 'NONE']);
    },
  );
});

describe('a problem', () => {
  test('says code, file, line, column range, what is wrong and what to do, in both languages', () => {
    const file = ruleFile({ warning: 'b1 && b9' });
    const [problem] = problemsOf(file);
    const line = file.text.split('\n').findIndex((text) => text.includes('b9')) + 1;
    const column = (file.text.split('\n')[line - 1] ?? '').indexOf('b9') + 1;
    expect(problem).toMatchObject({
      code: 'RULE-301',
      file: 'base/WI-90.yaml',
      line,
      column,
      endLine: line,
      endColumn: column + 2,
    });
    expect(problem?.message.zh).toContain('b9');
    expect(problem?.message.en).toContain('did you mean b1');
    expect(problem && formatProblem(problem)).toMatch(/^base\/WI-90\.yaml:\d+:\d+ RULE-301 .*\/.*/);
  });

  test('is told for every file and every place at once', () => {
    expect(
      [...problemCodes(ruleFile({ warning: 'b9', red: 'i1' }), ruleFile({ id: 'WI-91', yellow: 'c1 == "Z"' }))].sort(),
    ).toEqual(['RULE-301', 'RULE-305', 'RULE-309']);
  });

  test.each<[string, RuleFile, string]>([
    ['YAML that is none', { path: 'base/WI-90.yaml', text: 'a: [1, 2' }, 'RULE-001'],
    ['a key given twice', { path: 'base/WI-90.yaml', text: 'id: a\nid: b\n' }, 'RULE-001'],
    ['an alias', { path: 'base/WI-90.yaml', text: 'a: &x [1]\nb: *x\n' }, 'RULE-002'],
    ['a tag', { path: 'base/WI-90.yaml', text: 'a: !!js/function "x"\n' }, 'RULE-002'],
    ['a number beyond all numbers', { path: 'base/WI-90.yaml', text: 'id: 1e999\n' }, 'RULE-004'],
    ['a number without end', { path: 'base/WI-90.yaml', text: 'id: [.inf, .nan]\n' }, 'RULE-004'],
    ['a huge file', { path: 'base/WI-90.yaml', text: `# ${'x'.repeat(60_001)}` }, 'RULE-003'],
    ['a field that is not there', ruleFile({ warning: 'b1', more: 'extra: 1\n' }), 'RULE-101'],
    ['a folder that is none', { path: 'elsewhere/a.yaml', text: 'a: 1\n' }, 'RULE-101'],
    ['an id that is not the file name', { ...ruleFile({ warning: 'b1' }), path: 'base/WI-91.yaml' }, 'RULE-103'],
    ['a part without a rung', ruleFile({}), 'RULE-407'],
    [
      'a value outside its bounds',
      ruleFile({ warning: 'i1 > p.n', parameters: '  n: { value: 9, min: 1, max: 5, zh: 数, en: n }\n' }),
      'RULE-402',
    ],
    ['an unused parameter', ruleFile({ warning: 'b1', parameters: '  n: { value: 1, zh: 数, en: n }\n' }), 'RULE-403'],
    ['precedence before nobody', ruleFile({ warning: 'b1', yieldsTo: '[WI-77]' }), 'RULE-404'],
    ['precedence before itself', ruleFile({ warning: 'b1', yieldsTo: '[WI-90]' }), 'RULE-405'],
    ['each over no list', ruleFile({ warning: 'b1', each: '{ list: b1, as: x }' }), 'RULE-406'],
    ['a message with an unknown name', ruleFile({ warning: 'b1', message: '{ zh: "{b9}", en: a }' }), 'RULE-301'],
    ['a message with a stray brace', ruleFile({ warning: 'b1', message: '{ zh: "a}", en: a }' }), 'RULE-201'],
    [
      'a test with an unknown fact',
      ruleFile({ warning: 'b1', more: 'tests:\n  - { name: a, facts: { b9: true }, expect: NONE }\n' }),
      'RULE-701',
    ],
    [
      'a test with a clock on the wrong axis',
      ruleFile({
        warning: 'expired(w1)',
        more: 'tests:\n  - { name: a, facts: { w1: { start: "2024-09-23T09:00:00+08:00", limit: 5 day } }, expect: NONE }\n',
      }),
      'RULE-701',
    ],
    [
      'a test that fails',
      ruleFile({ warning: 'b1', more: 'tests:\n  - { name: a, facts: { b1: true }, expect: NONE }\n' }),
      'RULE-702',
    ],
    [
      'a timeline that misses a turn',
      ruleFile({
        warning: 'expired(w1)',
        more: 'tests:\n  - { name: a, facts: { w1: { start: "2024-09-23T09:00:00+08:00", limit: 5 workday } }, timeline: [["2024-09-23T09:00:00+08:00", NONE]] }\n',
      }),
      'RULE-702',
    ],
    [
      'missing facts that are others',
      ruleFile({ warning: 'b1', more: 'tests:\n  - { name: a, facts: {}, expect: UNKNOWN, missing: [b2] }\n' }),
      'RULE-702',
    ],
  ])('is found for %s', (_what, file, code) => {
    expect(problemCodes(file)).toContain(code);
  });

  test('has a remedy for every code', () => {
    for (const [code, { zh, en }] of Object.entries(PROBLEM_REMEDIES)) {
      expect(code).toMatch(/^RULE-\d{3}$/);
      expect(zh.length * en.length).toBeGreaterThan(0);
    }
  });
});

describe('no text stops the loader', () => {
  test.each([
    ['brackets', '['.repeat(59_000)],
    ['braces', '{a: '.repeat(14_000)],
    ['dashes', '- '.repeat(29_000)],
    ['keys', Array.from({ length: 4_000 }, (_, i) => `key${i}: 1`).join('\n')],
  ])('thousands of %s are refused', (_what, text) => {
    expect(problemCodes({ path: 'base/WI-90.yaml', text }).length).toBeGreaterThan(0);
  });

  const fragment = fc.constantFrom(
    'b1',
    'i1',
    'xs',
    'p.n',
    'left(',
    'expired(w1)',
    ')',
    '(',
    '&&',
    '||',
    '!',
    '<=',
    '==',
    '1',
    '1.0',
    '"A"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '?',
    ':',
    '.',
    ',',
    'in',
    'x',
    'exists(',
    '-',
    '__proto__',
    'constructor',
    '\u0000',
    '中',
    '\\',
    '\n',
    'null',
    '1e999',
    '0x',
  );

  test('random pieces of conditions give a pack or problems, and a pack that judges', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(' ')),
          fc.string({ unit: 'binary', maxLength: 60 }),
        ),
        (text) => {
          const loaded = loadPack([DICTIONARY, ruleFile({ warning: text })], { calendar });
          if ('pack' in loaded)
            loaded.pack.judgeSubject(
              'thing',
              { b1: true, i1: 1, xs: [] },
              { division: '15', agency: '', department: '', item: '' },
              calendar,
              0,
            );
          else expect(loaded.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('a rule file with any stretch replaced gives a pack or problems with a place inside it', () => {
    const { path, text } = ruleFile({
      warning: 'left(w1) <= 1.0',
      red: 'expired(w1)',
      parameters: '  n: { value: 3, min: 1, max: 5, zh: 数, en: n }\n',
      more: 'tests:\n  - { name: a, facts: {}, expect: UNKNOWN }\n',
    });
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(30),
        fc.oneof(
          fragment,
          fc.string({ maxLength: 10 }),
          fc.constantFrom('\n', '  - ', ': ', '&a ', '*a', '!!x ', '<<: ', '%', '@', '`', '|', '>', '?'),
        ),
        (start, length, piece) => {
          const broken = { path, text: text.slice(0, start) + piece + text.slice(start + length) };
          const loaded = loadPack([DICTIONARY, broken], { calendar });
          if ('pack' in loaded) return;
          for (const problem of loaded.problems) {
            expect(problem.line).toBeLessThanOrEqual(broken.text.split('\n').length);
            expect(problem.column * problem.endColumn).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 800 },
    );
  });
});

test('the JSON Schemas for editors in rules/schema are those that the loader uses', () => {
  const schemas = {
    rule: ruleFileSchema,
    overlay: overlayFileSchema,
    exemption: exemptionFileSchema,
    facts: dictionaryFileSchema,
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const written: unknown = JSON.parse(
      readFileSync(`${import.meta.dirname}/../../../rules/schema/${name}.schema.json`, 'utf8'),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
  }
});
