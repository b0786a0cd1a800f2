/** Divisions in which the simulated agencies sit: codes and names of the published division table. */
export const DIVISIONS: readonly {
  readonly code: string;
  readonly name: string;
  readonly en: string;
  readonly weight: number;
}[] = [
  { code: '1501', name: '呼和浩特市', en: 'Hohhot', weight: 35 },
  { code: '1502', name: '包头市', en: 'Baotou', weight: 28 },
  { code: '1503', name: '乌海市', en: 'Wuhai', weight: 6 },
  { code: '1504', name: '赤峰市', en: 'Chifeng', weight: 40 },
  { code: '1505', name: '通辽市', en: 'Tongliao', weight: 28 },
  { code: '1506', name: '鄂尔多斯市', en: 'Ordos', weight: 22 },
  { code: '1507', name: '呼伦贝尔市', en: 'Hulunbuir', weight: 22 },
  { code: '1508', name: '巴彦淖尔市', en: 'Bayannur', weight: 15 },
  { code: '1509', name: '乌兰察布市', en: 'Ulanqab', weight: 17 },
  { code: '1522', name: '兴安盟', en: 'Hinggan', weight: 14 },
  { code: '1525', name: '锡林郭勒盟', en: 'Xilingol', weight: 11 },
  { code: '1529', name: '阿拉善盟', en: 'Alxa', weight: 3 },
  { code: '150105', name: '赛罕区', en: 'Saihan District', weight: 12 },
  { code: '150102', name: '新城区', en: 'Xincheng District', weight: 8 },
  { code: '150203', name: '昆都仑区', en: 'Hondlon District', weight: 8 },
  { code: '150402', name: '红山区', en: 'Hongshan District', weight: 7 },
  { code: '150502', name: '科尔沁区', en: 'Horqin District', weight: 8 },
  { code: '150602', name: '东胜区', en: 'Dongsheng District', weight: 7 },
  { code: '150622', name: '准格尔旗', en: 'Jungar Banner', weight: 5 },
  { code: '150781', name: '满洲里市', en: 'Manzhouli', weight: 3 },
];

/** Department lines: the code used in a basic item code, names, and the source system that carries their work items. */
export const DEPARTMENTS: readonly {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly en: string;
  readonly source: string;
}[] = [
  { id: 'market-regulation', code: '131', name: '市场监督管理局', en: 'Market Regulation Bureau', source: '115' },
  {
    id: 'human-resources',
    code: '114',
    name: '人力资源和社会保障局',
    en: 'Human Resources and Social Security Bureau',
    source: '115-hrss',
  },
  { id: 'natural-resources', code: '115', name: '自然资源局', en: 'Natural Resources Bureau', source: '115-land' },
  { id: 'health', code: '123', name: '卫生健康委员会', en: 'Health Commission', source: '115' },
  { id: 'civil-affairs', code: '111', name: '民政局', en: 'Civil Affairs Bureau', source: '115' },
  { id: 'housing', code: '117', name: '住房和城乡建设局', en: 'Housing and Construction Bureau', source: '115-land' },
  { id: 'transport', code: '118', name: '交通运输局', en: 'Transport Bureau', source: '115' },
  { id: 'agriculture', code: '120', name: '农牧局', en: 'Agriculture and Animal Husbandry Bureau', source: '115' },
];

export interface ItemTemplate {
  /** Main and sub item part of the basic code, six digits. */
  readonly code: string;
  readonly name: string;
  readonly en: string;
  readonly itemType: string;
  readonly kind: 'INSTANT' | 'PROMISE';
  readonly promiseWorkdays: number;
  readonly statutoryWorkdays: number | null;
  /** `null`: published as free of charge. */
  readonly feeYuan: number | null;
  readonly joint: boolean;
  readonly weight: number;
}

/** The items of every department line: few carry most of the load, as in life. */
export const ITEM_TEMPLATES: readonly ItemTemplate[] = [
  {
    code: '001001',
    name: '信息查询',
    en: 'Information query',
    itemType: '20',
    kind: 'INSTANT',
    promiseWorkdays: 0,
    statutoryWorkdays: null,
    feeYuan: null,
    joint: false,
    weight: 40,
  },
  {
    code: '001002',
    name: '证明出具',
    en: 'Issue of a certificate',
    itemType: '20',
    kind: 'INSTANT',
    promiseWorkdays: 0,
    statutoryWorkdays: null,
    feeYuan: null,
    joint: false,
    weight: 25,
  },
  {
    code: '002001',
    name: '变更登记',
    en: 'Registration of a change',
    itemType: '07',
    kind: 'PROMISE',
    promiseWorkdays: 3,
    statutoryWorkdays: 20,
    feeYuan: null,
    joint: false,
    weight: 12,
  },
  {
    code: '002002',
    name: '备案办理',
    en: 'Filing',
    itemType: '10',
    kind: 'PROMISE',
    promiseWorkdays: 5,
    statutoryWorkdays: 10,
    feeYuan: null,
    joint: false,
    weight: 8,
  },
  {
    code: '003001',
    name: '经营许可',
    en: 'Operating licence',
    itemType: '01',
    kind: 'PROMISE',
    promiseWorkdays: 10,
    statutoryWorkdays: 20,
    feeYuan: null,
    joint: false,
    weight: 8,
  },
  {
    code: '003002',
    name: '资格认定',
    en: 'Recognition of a qualification',
    itemType: '01',
    kind: 'PROMISE',
    promiseWorkdays: 15,
    statutoryWorkdays: 20,
    feeYuan: 50,
    joint: false,
    weight: 4,
  },
  {
    code: '004001',
    name: '项目联合审查',
    en: 'Joint review of a project',
    itemType: '01',
    kind: 'PROMISE',
    promiseWorkdays: 30,
    statutoryWorkdays: 45,
    feeYuan: null,
    joint: true,
    weight: 3,
  },
  // Rare items: nobody applies for them by chance; the planted cases that must not weigh in a rate use them.
  {
    code: '005001',
    name: '专项审批',
    en: 'Special approval',
    itemType: '01',
    kind: 'PROMISE',
    promiseWorkdays: 10,
    statutoryWorkdays: 20,
    feeYuan: null,
    joint: false,
    weight: 0,
  },
  {
    code: '005002',
    name: '收费专项审批',
    en: 'Special approval with a fee',
    itemType: '01',
    kind: 'PROMISE',
    promiseWorkdays: 10,
    statutoryWorkdays: 20,
    feeYuan: 50,
    joint: false,
    weight: 0,
  },
];

/** Steps of a promise item in their order, and of an instant item. */
export const PROMISE_STEPS = [
  { name: '受理', kind: 'ACCEPT' },
  { name: '审查', kind: 'REVIEW' },
  { name: '决定', kind: 'DECIDE' },
  { name: '制证', kind: 'CERTIFY' },
] as const;
export const INSTANT_STEPS = [{ name: '即时办结', kind: 'FINISH' }] as const;

export const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', '包', '白', '敖', '鄂'];
export const GIVEN_NAMES = [
  '伟',
  '娜',
  '静',
  '磊',
  '洋',
  '艳',
  '勇',
  '军',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '霞',
  '平',
  '苏日娜',
  '巴特尔',
  '其其格',
  '阿拉坦',
  '图雅',
  '乌云',
  '格日勒',
  '娜仁',
  '宝音',
];

/** The template of an item by the last six digits of its basic code. */
export function templateOf(code: string): ItemTemplate {
  const template = ITEM_TEMPLATES.find((one) => one.code === code);
  if (template === undefined) throw new RangeError(`no item template has the code ${code}`);
  return template;
}
