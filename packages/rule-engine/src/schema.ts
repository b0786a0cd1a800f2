const bilingual = {
  type: 'object',
  properties: { zh: { type: 'string', minLength: 1 }, en: { type: 'string', minLength: 1 } },
  required: ['zh', 'en'],
  additionalProperties: false,
} as const;
const name = { type: 'string', pattern: '^[a-z][A-Za-z0-9]{0,59}$' } as const;
const ruleId = { type: 'string', pattern: '^[A-Z]{2,4}-[0-9]{2,3}$' } as const;
const subject = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,59}$' } as const;
const expression = { type: ['string', 'boolean'], description: '条件（CEL） / condition in CEL' } as const;
const level = { enum: ['NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'] } as const;
const day = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' } as const;
const instant = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T' } as const;
const division = { type: 'string', pattern: '^[0-9]{2,12}$' } as const;
const rung = { enum: ['AUTO', 'CONFIRM'] } as const;

const scope = {
  type: 'object',
  properties: {
    division: { type: 'string' },
    agency: { type: 'string' },
    department: { type: 'string' },
    item: { type: 'string' },
  },
  additionalProperties: false,
} as const;

const test = {
  type: 'object',
  properties: {
    name: { anyOf: [bilingual, { type: 'string', minLength: 1 }] },
    subject,
    facts: { type: 'object' },
    scope,
    occurrence: { type: 'string' },
    timeline: {
      type: 'array',
      minItems: 1,
      items: { type: 'array', items: [instant, level], minItems: 2, additionalItems: false },
    },
    at: instant,
    expect: level,
    missing: { type: 'array', items: { type: 'string' } },
  },
  required: ['name', 'facts'],
  anyOf: [{ required: ['timeline'] }, { required: ['at', 'expect'] }, { required: ['expect'] }],
  additionalProperties: false,
} as const;

/** JSON Schema (draft 07) of `rules/base/*.yaml`. */
export const ruleFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: '判断规则 / rule',
  type: 'object',
  properties: {
    id: ruleId,
    version: { type: 'string', pattern: '^[0-9]{4}\\.[0-9]{1,4}$' },
    domain: { type: 'string', pattern: '^[A-Z][A-Z_]{0,39}$' },
    article: { type: 'string', minLength: 1 },
    title: bilingual,
    description: bilingual,
    basis: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { kind: { enum: ['LAW', 'STANDARD', 'PRACTICE', 'DEFAULT'] }, ...bilingual.properties },
        required: ['kind', 'zh', 'en'],
        additionalProperties: false,
      },
    },
    parameters: {
      type: 'object',
      propertyNames: name,
      additionalProperties: {
        type: 'object',
        properties: {
          value: {
            anyOf: [
              { type: 'number' },
              { type: 'string' },
              { type: 'boolean' },
              { type: 'array', items: { type: 'string' }, maxItems: 100 },
            ],
          },
          unit: { type: 'string' },
          min: { type: 'number' },
          max: { type: 'number' },
          tighten: { enum: ['UP', 'DOWN'] },
          ...bilingual.properties,
        },
        required: ['value', 'zh', 'en'],
        additionalProperties: false,
      },
    },
    issue: { type: 'object', properties: { warning: rung, yellow: rung, red: rung }, additionalProperties: false },
    yieldsTo: { type: 'array', items: ruleId, uniqueItems: true },
    parts: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        properties: {
          subject,
          when: expression,
          each: {
            type: 'object',
            properties: { list: name, as: name },
            required: ['list', 'as'],
            additionalProperties: false,
          },
          warning: expression,
          yellow: expression,
          red: expression,
          message: bilingual,
        },
        required: ['subject', 'message'],
        additionalProperties: false,
      },
    },
    tests: { type: 'array', items: test },
    acceptedSurvivors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { mutant: { type: 'string' }, reason: { type: 'string', minLength: 1 } },
        required: ['mutant', 'reason'],
        additionalProperties: false,
      },
    },
  },
  required: ['id', 'version', 'domain', 'article', 'title', 'description', 'basis', 'issue', 'parts'],
  additionalProperties: false,
} as const;

/** JSON Schema (draft 07) of `rules/overlays/*.yaml` (专项规则, Art. 12). */
export const overlayFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: '专项规则 / overlay',
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,59}$' },
    rule: ruleId,
    issuer: bilingual,
    document: { type: 'string', minLength: 1 },
    division,
    department: { type: 'string', minLength: 1 },
    from: day,
    to: day,
    tighten: { type: 'object', propertyNames: name, additionalProperties: { type: ['number', 'boolean'] } },
    also: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          part: { type: 'integer', minimum: 0 },
          warning: expression,
          yellow: expression,
          red: expression,
          ...bilingual.properties,
        },
        required: ['part', 'zh', 'en'],
        additionalProperties: false,
      },
    },
    tests: { type: 'array', items: test },
  },
  required: ['id', 'rule', 'issuer', 'document', 'from'],
  anyOf: [{ required: ['tighten'] }, { required: ['also'] }],
  additionalProperties: false,
} as const;

/** JSON Schema (draft 07) of `rules/exemptions/*.yaml` (豁免). */
export const exemptionFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: '豁免 / exemption',
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,59}$' },
    rules: { type: 'array', minItems: 1, items: ruleId, uniqueItems: true },
    document: { type: 'string', minLength: 1 },
    reason: bilingual,
    division,
    agency: { type: 'string', minLength: 1 },
    from: instant,
    to: instant,
  },
  required: ['id', 'rules', 'document', 'reason', 'from', 'to'],
  additionalProperties: false,
} as const;

const factProperties = {
  type: { enum: ['bool', 'int', 'double', 'string', 'code', 'instant', 'clock'] },
  axis: { enum: ['WORKDAY', 'WORK_TIME', 'DAY', 'TIME'] },
  values: { type: 'array', minItems: 1, items: { type: 'string' }, uniqueItems: true },
  from: { type: 'string' },
  ...bilingual.properties,
} as const;
const typed = [
  { anyOf: [{ properties: { type: { not: { const: 'code' } } } }, { required: ['values'] }] },
  { anyOf: [{ properties: { type: { not: { const: 'clock' } } } }, { required: ['axis'] }] },
  { anyOf: [{ properties: { type: { not: { const: 'list' } } } }, { required: ['of', 'max'] }] },
] as const;

/** JSON Schema (draft 07) of `rules/facts/*.yaml` (事实词典). */
export const dictionaryFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: '事实词典 / fact dictionary',
  type: 'object',
  properties: {
    subject,
    title: bilingual,
    constants: {
      type: 'object',
      propertyNames: name,
      additionalProperties: {
        type: 'object',
        properties: { value: { type: ['number', 'string', 'boolean'] }, ...bilingual.properties },
        required: ['value', 'zh', 'en'],
        additionalProperties: false,
      },
    },
    facts: {
      type: 'object',
      propertyNames: name,
      additionalProperties: {
        type: 'object',
        properties: {
          ...factProperties,
          type: { enum: [...factProperties.type.enum, 'list'] },
          max: { type: 'integer', minimum: 1, maximum: 1000 },
          of: {
            type: 'object',
            propertyNames: name,
            additionalProperties: {
              type: 'object',
              properties: factProperties,
              required: ['type', 'zh', 'en'],
              additionalProperties: false,
              allOf: [typed[0], typed[1]],
            },
          },
        },
        required: ['type', 'zh', 'en'],
        additionalProperties: false,
        allOf: typed,
      },
    },
  },
  required: ['subject', 'title', 'facts'],
  additionalProperties: false,
} as const;
