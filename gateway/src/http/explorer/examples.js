/**
 * What a newcomer may ask. One is offered when the graph has its root field. `variables(viewer)` fills in what the viewer's token says;
 * `find` is asked first and `use` takes from its answer what the example is about.
 */
export const EXAMPLES = [
  {
    kind: 'subscription',
    root: 'supervisionFeed',
    zh: '预警和牌，发生即见',
    en: 'Warnings and cards as they happen',
    query: `# 实时订阅：断线后从游标继续，不丢、不重、不乱序
# After a cut it resumes behind the cursor
subscription Live {
  supervisionFeed {
    kind
    level
    at
    card {
      number turnedAt
      message { zh en }
      indicator { id title { zh } }
      agency { name { zh } }
      item { name { zh } }
    }
    warning {
      turnedAt
      message { zh en }
      indicator { id title { zh } }
      agency { name { zh } }
      item { name { zh } }
    }
  }
}
`,
  },
  {
    kind: 'subscription',
    root: 'supervisionFeed',
    zh: '从头重放，再跟上实时',
    en: 'Replay from the first entry, then live',
    query: `# 从第一条起逐条重放，赶上后转为实时
# Everything since the first entry, then live
subscription Replay {
  supervisionFeed(after: "beginning") {
    kind
    level
    at
    card { number turnedAt message { zh en } }
    warning { turnedAt message { zh en } }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'cards',
    zh: '本区划的黄牌和红牌',
    en: 'Cards of my division',
    variables: ({ gnomon_division: division }) => ({ division: division ?? null }),
    query: `# 本区划及下级仍有效的牌，最新在前
# Open cards of my division, newest first
query CardsOfMyDivision($division: ID) {
  cards(
    first: 20
    filter: {
      division: $division
      state: [DRAFT, ISSUED, SIGNED, ACCEPTED, APPEALED,
        SUSTAINED, PLANNED, RECTIFYING, RESULT_IN]
    }
  ) {
    nodes {
      number level state turnedAt
      message { zh en }
      indicator { id title { zh } }
      agency { name { zh } }
      item { name { zh } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'card',
    zh: '一张牌的全过程',
    en: 'The life of a card',
    find: '{ cards(first: 1, filter: { state: [RESULT_IN, RECTIFYING, PLANNED, SIGNED, ISSUED, DRAFT, CLOSED] }) { nodes { id } } }',
    use: ({ cards }) => ({ id: cards?.nodes[0]?.id ?? '' }),
    query: `# 何时发生、由谁办理、下一步该谁办、时限到何时
# What happened, by whom, who is next, and until when
query LifeOfACard($id: ID!) {
  card(id: $id) {
    number level state turnedAt
    message { zh en }
    indicator { id title { zh } }
    agency { name { zh } }
    nextActs { act by mine }
    deadlines { step party startedAt dueAt state }
    history { kind at by reason { zh en } }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'duties',
    zh: '监督主体的待办职责',
    en: 'What supervision bodies owe now',
    query: `# 监督者同样受约束：逾期即成预警与牌
# Supervisors are held to limits as well
query Duties {
  duties(first: 20) {
    nodes {
      kind state dueAt
      body { name { zh } }
      card { number level message { zh en } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'alarms',
    zh: '平台自身的告警',
    en: 'Alarms of the hub itself',
    query: `# 数源静默、规则未运行、日历将尽：平台看不见的，平台先说
# A silent source, a rule that never ran, a calendar that ends
query Alarms {
  alarms(first: 20) {
    nodes {
      kind about since
      what { zh en }
      expected { zh en }
      remedy { zh en }
    }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'workItem',
    zh: '一件办件的全貌',
    en: 'One work item across all domains',
    find: '{ cards(first: 50) { nodes { subject { __typename id } } } }',
    use: ({ cards }) => ({
      id: cards?.nodes.find(({ subject }) => subject?.__typename === 'WorkItem')?.subject.id ?? '',
    }),
    query: `# 登记、办件、监督三个领域，一次问清
# Three domains in one question
query OneWorkItem($id: ID!) {
  workItem(id: $id) {
    no itemName state channel
    appliedAt acceptedAt promiseDueAt finishedAt
    agency { name { zh en } division { name } }
    item { name { zh en } kind }
    source { id name { zh } }
    steps { name startedAt endedAt dueAt }
    cards {
      nodes {
        number level state turnedAt
        message { zh en }
        indicator { id title { zh } }
      }
    }
    warnings {
      nodes {
        state turnedAt
        message { zh en }
        indicator { id title { zh } }
      }
    }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'rulesInForce',
    zh: '今天适用于我的规则',
    en: 'Rules that apply to me today',
    variables: ({ gnomon_division: division }) => ({ division: division ?? '15' }),
    query: `# 每个数字出自基准还是本地加严
# Each number: from the base rule or a local overlay
query RulesInForce($division: ID!) {
  rulesInForce(division: $division) {
    on packHash
    rules {
      indicator { id title { zh en } article }
      parameters { name value baseValue unit origin }
    }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'indicatorValues',
    zh: '指标值：分子、分母、截至何时',
    en: 'Indicator values: numerator, denominator, as of when',
    variables: ({ gnomon_division: division }) => ({ division: division ?? null }),
    query: `query IndicatorValues($division: ID) {
  indicatorValues(filter: { division: $division }) {
    indicator { id title { zh } }
    rate numerator denominator asOf
  }
}
`,
  },
  {
    kind: 'query',
    root: 'warnings',
    zh: '尚未解除的预警',
    en: 'Warnings that stand',
    query: `query StandingWarnings {
  warnings(
    first: 20
    filter: { state: [ISSUED] }
  ) {
    nodes {
      state turnedAt
      message { zh en }
      indicator { id title { zh } }
      agency { name { zh } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    kind: 'query',
    root: 'cardCounts',
    zh: '各指标发了多少牌',
    en: 'How many cards, by indicator',
    query: `query CardCounts {
  cardCounts(by: INDICATOR) {
    key level state count
  }
}
`,
  },
  {
    kind: 'query',
    root: 'supervisionStatus',
    zh: '各领域说到何时',
    en: 'As of when each domain speaks',
    query: `query AsOf {
  supervisionStatus {
    at
    domains {
      name asOf lagSeconds reachable
    }
  }
}
`,
  },
];
