import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Document, isNode, isScalar, parseDocument, visit } from 'yaml';
import { type FileRange, type ProblemCode, problemAt } from './problem.ts';
import type { RuleFile, RuleProblem } from './types.ts';

export const MAX_FILE_CHARACTERS = 60_000;

export type Path = readonly (string | number)[];

/** A parsed YAML file that knows where each of its values stands. */
export interface YamlFile {
  readonly file: RuleFile;
  readonly value: unknown;
  /** Where a value (or, for a missing one, its nearest parent) stands. */
  rangeOf(path: Path): FileRange;
  /** The text of a scalar as written, for example `1.0`. */
  sourceOf(path: Path): string;
  /** A problem at a value, or at a stretch of the text within a value. */
  problem(code: ProblemCode, path: Path, zh: string, en: string, within?: { start: number; end: number }): RuleProblem;
}

/** What was read of a file; the same text is not parsed again, since most files of a pack are those of the pack before it. */
const known = new WeakMap<RuleFile, YamlFile>();

/** Parses one file, or gives what it was parsed to before. */
export function parseYamlFile(file: RuleFile): { yaml: YamlFile } | { problems: readonly RuleProblem[] } {
  const yaml = known.get(file);
  if (yaml !== undefined) return { yaml };
  const parsed = parse(file);
  if ('yaml' in parsed) known.set(file, parsed.yaml);
  return parsed;
}

/** Aliases, anchors and tags are refused: what a file says, it says where it stands. So are numbers without end, which JSON, and with it the pack's hash, cannot hold. */
function parse(file: RuleFile): { yaml: YamlFile } | { problems: readonly RuleProblem[] } {
  const whole = { from: 0, to: Math.min(file.text.length, 1) };
  if (file.text.length > MAX_FILE_CHARACTERS)
    return {
      problems: [
        problemAt(
          'RULE-003',
          file,
          whole,
          `文件有${file.text.length}个字符，上限${MAX_FILE_CHARACTERS}`,
          `the file has ${file.text.length} characters, at most ${MAX_FILE_CHARACTERS} are allowed`,
        ),
      ],
    };
  const document = documentOf(file);
  const problems = document.errors
    .slice(0, 20)
    .map((error) =>
      problemAt(
        'RULE-001',
        file,
        { from: error.pos[0], to: error.pos[1] },
        `YAML 语法错误：${error.message}`,
        `YAML syntax error: ${error.message}`,
      ),
    );
  if (problems.length > 0) return { problems };
  const refused = refusedNodes(file, document);
  if (refused.length > 0) return { problems: refused };
  return { yaml: createYamlFile(file, document) };
}

function documentOf({ text }: RuleFile): Document {
  return parseDocument(text, { uniqueKeys: true, prettyErrors: false, stringKeys: true });
}

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

function refusedNodes(file: RuleFile, document: Document): readonly RuleProblem[] {
  const found: RuleProblem[] = [];
  const endless = (written: string, range: readonly number[] | null | undefined): void => {
    found.push(
      problemAt(
        'RULE-004',
        file,
        { from: range?.[0] ?? 0, to: range?.[1] ?? 0 },
        `应为有限的数，实为“${written}”`,
        `expected a finite number, got "${written}"`,
      ),
    );
  };
  const refuse = (range: readonly number[] | null | undefined): void => {
    found.push(
      problemAt(
        'RULE-002',
        file,
        { from: range?.[0] ?? 0, to: range?.[1] ?? 0 },
        '不允许别名、锚点与标签',
        'aliases, anchors and tags are not allowed',
      ),
    );
  };
  visit(document, {
    Alias: (_key, node) => refuse(node.range),
    Node: (_key, node) => {
      if (
        isNode(node) &&
        (('anchor' in node && node.anchor !== undefined) ||
          (node.tag !== undefined && node.tag !== null && !CORE_TAGS.has(node.tag)))
      )
        refuse(node.range);
      if (isScalar(node) && typeof node.value === 'number' && !Number.isFinite(node.value))
        endless(node.source ?? String(node.value), node.range);
    },
  });
  return found;
}

interface Place {
  readonly range: FileRange;
  readonly source: string;
}

/** Keeps the values and the places that were asked for; the document itself, many times as large, goes and is parsed again when need be. */
function createYamlFile(file: RuleFile, parsed: Document): YamlFile {
  let held = new WeakRef(parsed);
  const places = new Map<string, Place>();
  const find = (path: Path): Place => {
    const document = held.deref() ?? documentOf(file);
    held = new WeakRef(document);
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (!isNode(node) || node.range === undefined || node.range === null) continue;
      const source = length === path.length && isScalar(node) ? (node.source ?? String(node.value)) : '';
      return {
        range: {
          from: node.range[0],
          to: length === path.length ? node.range[1] : Math.min(node.range[1], node.range[0] + 1),
        },
        source,
      };
    }
    return { range: { from: 0, to: 1 }, source: '' };
  };
  const nodeAt = (path: Path): Place => {
    const key = JSON.stringify(path);
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = find(path)));
    return place;
  };
  return {
    file,
    value: parsed.toJS({ maxAliasCount: 0 }),
    rangeOf: (path) => nodeAt(path).range,
    sourceOf: (path) => nodeAt(path).source,
    problem(code, path, zh, en, within) {
      const { range, source } = nodeAt(path);
      if (within === undefined || source === '') return problemAt(code, file, range, zh, en);
      // Quoted, folded and block text starts later than its node; where escapes or folding move it, the whole value is meant.
      const start = file.text.indexOf(source, range.from);
      if (start < 0 || start >= range.to) return problemAt(code, file, range, zh, en);
      return problemAt(code, file, { from: start + within.start, to: start + within.end }, zh, en);
    },
  };
}

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
const compiled = new Map<object, ValidateFunction>();

/** Holds a file against a JSON Schema; every deviation is a problem at its place. */
export function schemaProblems(yaml: YamlFile, schema: object): readonly RuleProblem[] {
  let validate = compiled.get(schema);
  if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)));
  if (validate(yaml.value)) return [];
  const errors = (validate.errors ?? []).filter(
    (error) => !['anyOf', 'if'].includes(error.keyword) || (validate?.errors ?? []).length === 1,
  );
  return errors.slice(0, 50).map((error) => schemaProblem(yaml, error));
}

function schemaProblem(yaml: YamlFile, error: ErrorObject): RuleProblem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const params = error.params as Readonly<Record<string, unknown>>;
  const place = path.length === 0 ? '/' : path.join('.');
  if (error.keyword === 'additionalProperties') {
    const extra = String(params.additionalProperty);
    return yaml.problem(
      'RULE-101',
      [...path, extra],
      `${place} 中没有字段“${extra}”`,
      `${place} has no field \`${extra}\``,
    );
  }
  if (error.keyword === 'required')
    return yaml.problem(
      'RULE-101',
      path,
      `${place} 缺少字段“${params.missingProperty}”`,
      `${place} lacks the field \`${params.missingProperty}\``,
    );
  const detail =
    error.keyword === 'enum'
      ? `${error.message}: ${(params.allowedValues as readonly unknown[]).join(', ')}`
      : error.message;
  return yaml.problem(
    'RULE-101',
    path,
    `${place} 不符合格式（${SCHEMA_WORDS[error.keyword] ?? error.keyword}）：${detail}`,
    `${place} ${detail}`,
  );
}

const SCHEMA_WORDS: Readonly<Record<string, string>> = {
  type: '类型',
  enum: '取值',
  pattern: '写法',
  minLength: '不能为空',
  minItems: '至少一项',
  maxItems: '项数过多',
  uniqueItems: '有重复项',
  propertyNames: '名称写法',
  minimum: '过小',
  maximum: '过大',
  anyOf: '缺少必要内容',
};
