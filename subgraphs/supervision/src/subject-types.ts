/** A type of the graph on which supervision hangs warnings, cards and verdicts: what it is called, who owns it, and what its id is made of. */
export interface SubjectTypeWords {
  readonly zh: string;
  readonly en: string;
  /** Subgraph that owns the entity. */
  readonly owner: string;
  /** How its identifier is made, as the graph's reader sees it. */
  readonly id: string;
}

const words = (owner: string, zh: string, en: string, id: string): SubjectTypeWords => ({ zh, en, owner, id });

/** What can be judged, by its GraphQL type. The schema's types are written from this list by `write-subject-types.ts`. */
export const SUBJECT_TYPE_WORDS = {
  WorkItem: words('work-items', '办件', 'Work item', '`<source>:<work item number>`'),
  SourceDay: words(
    'work-items',
    '数源推送日',
    'What one source pushed in a day, a week or a month',
    '`<source>:<period>`',
  ),
  IntakeBatch: words('work-items', '接收批次', 'Batch of rows taken in', '`<source>:<batch>`'),
  AgencyMonth: words('work-items', '机构月', "An agency's month", '`<credit code>:<YYYY-MM>`'),
  AgencyItemMonth: words(
    'work-items',
    '机构事项月',
    "An agency's month of one service item",
    '`<credit code>:<item>:<YYYY-MM>`',
  ),
  Source: words(
    'registry',
    '数源',
    'Source of data: a system that pushes, judged as a whole by DP-02 and DP-13',
    'of the source',
  ),
  Licence: words('licences', '电子证照', 'Electronic licence', 'of the licence'),
  LicenceDuty: words(
    'licences',
    '应归集证照',
    'Licence that a finished work item owes',
    '`<source>:<work item number>`',
  ),
  LicenceNumber: words('licences', '证照编号', 'Valid licences of one type and number', '`<type>:<number>`'),
  LicenceError: words(
    'licences',
    '证照异常反馈',
    'Licence row returned by the national exchange',
    'of the returned row',
  ),
  LicenceAgencyDay: words('licences', '机构证照日', "An agency's day of licences", '`<credit code>:<YYYY-MM-DD>`'),
  LicenceAgencyMonth: words('licences', '机构证照月', "An agency's month of licences", '`<credit code>:<YYYY-MM>`'),
  LicenceTypeMonth: words(
    'licences',
    '机构证照类型月',
    "An agency's month of one licence type",
    '`<credit code>:<type>:<YYYY-MM>`',
  ),
  Review: words('reviews', '评价', 'Review', 'of the review'),
  ReviewTicket: words('reviews', '差评工单', 'Ticket of a bad review', 'of the ticket'),
  ReviewAgencyMonth: words('reviews', '机构评价月', "An agency's month of reviews", '`<credit code>:<YYYY-MM>`'),
  ReviewWindow: words('reviews', '窗口评价', 'Reviews of one window over thirty days', 'of the window'),
  ReviewStaff: words(
    'reviews',
    '人员评价',
    'Reviews of one member of staff, under a pseudonym, over thirty days',
    'of the pseudonym',
  ),
  ReviewWindowDay: words('reviews', '窗口评价日', "A window's day of reviews", '`<window>:<YYYY-MM-DD>`'),
  ReviewChannelDay: words('reviews', '渠道评价日', "A channel's day of reviews", '`<channel>:<YYYY-MM-DD>`'),
  BundleCase: words('bundles', '一件事办件', 'Case of a one-thing bundle', 'of the case'),
  BundleAgencyMonth: words('bundles', '牵头机构月', "A lead body's month of bundles", '`<credit code>:<YYYY-MM>`'),
  BundleDivisionMonth: words(
    'bundles',
    '区划一件事月',
    "A division's month of one bundle",
    '`<division>:<bundle>:<YYYY-MM>`',
  ),
  BundleAgency: words('bundles', '一件事机构', 'Bundles of one agency over a rolling span', '`<credit code>`'),
  Project: words('engineering', '工程建设项目', 'Engineering project', 'the project code'),
  ProjectApproval: words('engineering', '项目审批', 'Approval of an engineering project', 'of the approval'),
  EngineeringAgencyMonth: words(
    'engineering',
    '机构工程审批月',
    "An agency's month of project approvals",
    '`<credit code>:<YYYY-MM>`',
  ),
  EngineeringAgency: words(
    'engineering',
    '工程审批机构',
    'Project approvals of one agency over a rolling span',
    '`<credit code>`',
  ),
  CentreWindow: words('centres', '大厅窗口', 'Window of a service centre', 'of the window'),
  CentreWindowDay: words('centres', '大厅窗口日', "A window's day in a service centre", '`<window>:<YYYY-MM-DD>`'),
  CentreTicket: words('centres', '投诉与办不成事工单', 'Complaint or cannot-get-it-done ticket', 'of the ticket'),
  CentreFinding: words('centres', '巡查发现', 'Finding of a spot check', 'of the finding'),
  CentreDay: words('centres', '大厅日', "A service centre's day", '`<centre>:<YYYY-MM-DD>`'),
  CentreMonth: words('centres', '大厅月', "A service centre's month", '`<centre>:<YYYY-MM>`'),
  CentreGroupDay: words(
    'centres',
    '大厅业务组日',
    "A business group's day in a service centre",
    '`<centre>:<group>:<YYYY-MM-DD>`',
  ),
  CentreAgencyMonth: words(
    'centres',
    '进驻机构月',
    "An agency's month in service centres",
    '`<credit code>:<YYYY-MM>`',
  ),
  CentreAgency: words('centres', '进驻机构', 'An agency in service centres over a rolling span', '`<credit code>`'),
  StationQuarter: words('centres', '便民站季度', "A town or village station's quarter", '`<station>:<YYYY>-Q<n>`'),
  StationMonth: words('centres', '便民站月', "A town or village station's month", '`<station>:<YYYY-MM>`'),
  Matter: words(
    'supervision',
    '事情',
    'A matter: what each domain says of one work item, of one project, or of one hall ticket',
    '`work-item:<id>`, `project:<code>` or `queue-ticket:<id>`',
  ),
  Card: words('supervision', '牌', 'A card whose own deadlines are judged', 'of the card'),
  AgencyIndicator: words(
    'supervision',
    '机构指标',
    'One agency and one indicator over rolling spans: whether the same problem comes again',
    '`<credit code>:<indicator>`',
  ),
  FeedbackReport: words(
    'supervision',
    '反馈报告',
    'Feedback report of a quarter, by which a talk becomes due',
    'of the report',
  ),
  Duty: words(
    'supervision',
    '监督主体职责事项',
    'A duty of a supervision body: a held red card to be confirmed, an appeal to be decided, a plan or a result to be reviewed, a report to be given',
    '`confirm:<card>-<n>`, `appeal:<card>-<round>`, `plan-check:<card>-<n>`, `review:<card>-<n>` or `report:<credit code>:<YYYY-MM>`',
  ),
  SupervisorDay: words(
    'supervision',
    '监督人员日',
    "What a supervisor's account did within a day, judged by XX-07",
    '`<division code of its body>:<account>:<YYYY-MM-DD>`',
  ),
} as const satisfies Readonly<Record<string, SubjectTypeWords>>;

export type SubjectType = keyof typeof SUBJECT_TYPE_WORDS;

/** GraphQL types on which supervision hangs warnings, cards and verdicts. */
export const SUBJECT_TYPES = Object.keys(SUBJECT_TYPE_WORDS) as readonly SubjectType[];

/** The kind of a subject in the rules' dictionaries: `AgencyItemMonth` is `agency-item-month`. */
export function kindOf(subjectType: string): string {
  return subjectType.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
