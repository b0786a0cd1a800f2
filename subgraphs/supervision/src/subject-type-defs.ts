import { SUBJECT_TYPE_WORDS, SUBJECT_TYPES, type SubjectType, type SubjectTypeWords } from './subject-types.ts';

/** The first line of schema/subjects.graphql, which is written, not edited. */
const WRITTEN = '# Subjects, written by `node subgraphs/supervision/src/write-subject-types.ts`.';

/** Fields that a subject type has beside those of every subject. */
const OWN_FIELDS: Readonly<Partial<Record<SubjectType, string>>> = {
  Duty: `  "What is to be done (职责); null when the viewer may not see the duty, as all of its fields."
  kind: DutyKind
  "The supervision body whose duty it is (监督主体); null where none is published."
  body: Agency
  "Its division (行政区划)."
  division: Division
  "The card that it is about (所属的牌); null for a report."
  card: Card
  "The instant at which the limit is over (届满时刻); null on days of which no calendar speaks."
  dueAt: DateTime
  "Whether the due day lies beyond the last published notice of holidays (暂定)."
  isProvisional: Boolean
  "How the clock stands (计时状态)."
  state: DeadlineState
`,
  AgencyIndicator: `  "The agency (实施机构); null when the registry does not know it."
  agency: Agency
  "The indicator (指标); null when the registry does not know it."
  indicator: Indicator
`,
  Matter: `  "The work item it is about (办件); null for the matter of a project or of a hall ticket."
  workItem: WorkItem
  "What each domain says of it (各领域记录), side by side, in the order in which they began; only records that the viewer may see."
  records: [MatterRecord!]
`,
};

/** Types that have a shape of their own in the schema, and are subjects beside it. */
const OWN_SHAPE: ReadonlySet<SubjectType> = new Set(['Card', 'FeedbackReport']);

/** The subject types of the schema: one shape, so that a new domain adds a line to the list. */
export function subjectTypeDefs(): string {
  return [WRITTEN, ...SUBJECT_TYPES.map(typeDef)].join('\n\n').concat('\n');
}

function typeDef(type: SubjectType): string {
  if (OWN_SHAPE.has(type)) return `extend type ${type} implements Subject {\n${SUBJECT_FIELDS}}`;
  const { zh, en, owner, id }: SubjectTypeWords = SUBJECT_TYPE_WORDS[type];
  return `"${en} (${zh}); owned by the ${owner === 'registry' ? owner : `${owner} subgraph`}."
type ${type} implements Subject @key(fields: "id") {
  "Identifier (标识): ${id}."
  id: ID!
${OWN_FIELDS[type] ?? ''}${SUBJECT_FIELDS}}`;
}

/** What every subject has. */
const SUBJECT_FIELDS = `  "Its warnings (预警), newest first; those that the viewer may see."
  warnings(
    "How many at most (条数上限), 1 to 200."
    first: Int = 20
    "Cursor to go on after (起始游标)."
    after: String
    "Only warnings in one of these states (状态); null for all."
    state: [WarningState!]
  ): WarningConnection
  "Its cards (黄牌和红牌), newest first; those that the viewer may see."
  cards(
    "How many at most (条数上限), 1 to 200."
    first: Int = 20
    "Cursor to go on after (起始游标)."
    after: String
    "Only cards in one of these states (状态); null for all."
    state: [CardState!]
    "Only cards of one of these levels (等级); null for all."
    level: [CardLevel!]
  ): CardConnection
  "Verdicts that stand on it now (当前判定), highest level first."
  verdicts: [Verdict!]
`;
