import { element, english } from './elements.js';

/** Chinese for what the GraphQL library words in English only, so that it names the field; everything else brings its own Chinese. */
const SENTENCES = [
  [/^Cannot query field "(.+?)" on type "(.+?)"/, '类型 $2 没有字段 $1。可在左侧“模式”中查看它有哪些字段。'],
  [/^Unknown argument "(.+?)" on field "(.+?)"/, '字段 $2 没有参数 $1。'],
  [/^Unknown type "(.+?)"/, '没有类型 $1。'],
  [/^Field "(.+?)" of type "(.+?)" must have a selection/, '字段 $1 的类型是 $2，须在其后用花括号选取子字段。'],
  [/^Field "(.+?)" must not have a selection/, '字段 $1 是单值，其后不能有花括号。'],
  [/^Field "(.+?)" argument "(.+?)" of type "(.+?)" is required/, '字段 $1 缺少必填参数 $2（$3）。'],
  [/^Variable "(.+?)" is not defined/, '变量 $1 未在查询开头声明。'],
  [/^Variable "(.+?)" is never used/, '变量 $1 声明了但没有用到。'],
  [/^Variable "(.+?)" of required type "(.+?)" was not provided/, '缺少必填变量 $1（$2），请在“变量”中填写。'],
  [/^Variable "(.+?)" got invalid value/, '变量 $1 的值不符合其类型。'],
  [/^Value "(.+?)" does not exist in "(.+?)" enum/, '枚举 $2 没有值 $1。'],
  [/^Syntax Error: Expected (.+?), found (.+?)\.?$/, '语法有误：此处应为 $1，实为 $2。'],
  [/^Syntax Error/, '查询的语法有误。'],
];
const BY_CODE = {
  GRAPHQL_PARSE_FAILED: '查询的语法有误。',
  GRAPHQL_VALIDATION_FAILED: '查询与模式不符。',
  BAD_USER_INPUT: '变量不符合要求。',
  CLOSED_4400: '连接被关闭：收到不合协议的消息。',
  CLOSED_4401: '连接被关闭：尚未登录。',
  CLOSED_4403: '连接被拒绝：令牌无效或已过期，请重新登录。',
  CLOSED_4408: '连接超时，请重试。',
  CLOSED_4429: '连接过多，请稍后再试。',
};

/** What an error says in Chinese. */
export function chineseOf({ message, extensions }) {
  for (const [pattern, zh] of SENTENCES) {
    const match = pattern.exec(message);
    if (match) return zh.replace(/\$(\d)/g, (_, group) => match[group]);
  }
  return extensions?.messageZh ?? BY_CODE[extensions?.code] ?? '请求未能完成。';
}

/** The errors of an answer: Chinese first, then English, code and place. `goTo(line, column)` moves the editor's caret there. */
export function showProblems(errors, goTo) {
  return errors.map((error) => {
    const where = [];
    if (error.extensions?.code) where.push(element('code', null, error.extensions.code));
    if (error.path) where.push(element('code', null, error.path.join('.')));
    for (const { line, column } of error.locations ?? [])
      where.push(
        element(
          'button',
          { type: 'button', class: 'link', onclick: () => goTo(line, column) },
          `第 ${line} 行第 ${column} 列`,
        ),
      );
    return element(
      'div',
      { class: 'problem', role: 'alert' },
      element('strong', null, chineseOf(error)),
      error.message ? english(error.message) : null,
      where.length > 0 ? element('div', { class: 'where' }, where) : null,
    );
  });
}
