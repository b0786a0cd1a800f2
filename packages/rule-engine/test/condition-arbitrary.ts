import fc from 'fast-check';

/** Random typed conditions without time over the `thing` dictionary, as text, and random facts with gaps. */

type Text = fc.Arbitrary<string>;

const name = (...names: readonly string[]): Text => fc.constantFrom(...names);
const intLiteral: Text = fc.integer({ min: -5, max: 5 }).map(String);
const doubleLiteral: Text = fc.constantFrom('0.0', '0.5', '1.0', '2.5', '-1.5');
const code = fc.constantFrom('B', 'C').map((value) => `"${value}"`);

export const conditionText: Text = fc
  .letrec<{ bool: string; int: string; double: string; element: string }>((tie) => ({
    int: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name('i1', 'i2'),
      intLiteral,
      fc.constant('size(xs)'),
      fc.tuple(tie('int'), fc.constantFrom('+', '-', '*'), tie('int')).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(tie('bool'), tie('int'), tie('int')).map(([c, a, b]) => `((${c}) ? ${a} : ${b})`),
      fc.tuple(fc.constantFrom('greatest', 'least'), tie('int'), tie('int')).map(([f, a, b]) => `${f}(${a}, ${b})`),
      tie('double').map((a) => `int(${a})`),
    ),
    double: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name('d1', 'd2'),
      doubleLiteral,
      tie('int').map((a) => `double(${a})`),
      fc
        .tuple(tie('double'), fc.constantFrom('+', '-', '*'), tie('double'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc
        .tuple(fc.constantFrom('greatest', 'least'), tie('double'), tie('double'))
        .map(([f, a, b]) => `${f}(${a}, ${b})`),
    ),
    element: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant('x.ok'),
      fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), intLiteral).map(([sign, b]) => `x.n ${sign} ${b}`),
      fc.constantFrom('x.k == "A"', 'x.k != "B"', 'x.k in ["A"]'),
      name('b1', 'b2'),
      fc
        .tuple(tie('element'), fc.constantFrom('&&', '||'), tie('element'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      tie('element').map((a) => `!(${a})`),
    ),
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name('b1', 'b2', 'b3'),
      fc.constantFrom('true', 'false'),
      fc
        .tuple(tie('int'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('int'))
        .map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc
        .tuple(tie('double'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('double'))
        .map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc.tuple(name('c1', 'c2'), fc.constantFrom('==', '!='), code).map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc.constantFrom(
        'c1 == c2',
        's1 == "y"',
        's1 != "中"',
        't1 < t2',
        't1 == t2',
        'b1 == b2',
        'c1 in ["B", "C"]',
        's1 in ["y", "中"]',
      ),
      fc.tuple(tie('bool'), fc.constantFrom('&&', '||'), tie('bool')).map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
      tie('bool').map((a) => `!(${a})`),
      fc.tuple(tie('bool'), tie('bool'), tie('bool')).map(([c, a, b]) => `((${c}) ? (${a}) : (${b}))`),
      fc.tuple(fc.constantFrom('exists', 'all'), tie('element')).map(([macro, body]) => `xs.${macro}(x, ${body})`),
    ),
  }))
  .bool.filter((text) => text.length <= 700);

const gap = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 4 });

export const factsArbitrary = fc.record({
  b1: gap(fc.boolean()),
  b2: gap(fc.boolean()),
  b3: gap(fc.boolean()),
  i1: gap(fc.integer({ min: -6, max: 6 })),
  i2: gap(fc.integer({ min: -6, max: 6 })),
  d1: gap(fc.constantFrom(0, 0.5, 1, 2.5, -1.5, 7.25)),
  d2: gap(fc.constantFrom(0, 0.5, 1, 2.5, -1.5, 7.25)),
  s1: gap(fc.constantFrom('x', 'y', '中')),
  c1: gap(fc.constantFrom('A', 'B', 'C')),
  c2: gap(fc.constantFrom('B', 'C', 'D')),
  t1: gap(fc.integer({ min: 0, max: 3 })),
  t2: gap(fc.integer({ min: 0, max: 3 })),
  xs: gap(
    fc.array(
      fc.record({ n: gap(fc.integer({ min: -6, max: 6 })), ok: gap(fc.boolean()), k: gap(fc.constantFrom('A', 'B')) }),
      { maxLength: 4 },
    ),
  ),
});
export type RandomFacts = typeof factsArbitrary extends fc.Arbitrary<infer T> ? T : never;
