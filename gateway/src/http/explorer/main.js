import { openEditor } from './editor.js';
import { bilingual, byId, element, english } from './elements.js';
import { EXAMPLES } from './examples.js';
import { ask, keptToken, openLive } from './graph-client.js';
import { showProblems } from './problems.js';
import { readData, readEvent } from './reading.js';
import { exampleOf } from './root-examples.js';
import { openSchemaBrowser } from './schema-browser.js';
import { modelOf, SCHEMA_QUERY, termOf } from './schema-model.js';
import { openSignIn, viewerClaims } from './sign-in.js';
import { paintJson } from './tokens.js';

const MOST_EVENTS = 200;
const LIVE_WORDS = {
  connecting: ['连接中…', 'connecting'],
  live: ['已订阅，等待事件', 'live'],
  waiting: ['连接断开，将从游标继续…', 'cut; will resume'],
  starting: ['连接断开，尚无游标，重连后从此刻起…', 'cut before any cursor; starts anew'],
  refused: ['已结束：被拒绝', 'refused'],
  ended: ['已结束', 'complete'],
  stopped: ['已停止', 'stopped'],
};
const KEPT_QUERY = 'gnomon-query';
const KEPT_VARIABLES = 'gnomon-variables';

let model = null;
let live = null;
/** What the answer's pane shows: nothing yet, one answer, or the events of a subscription, newest first. */
let answer = { kind: 'nothing' };

const editor = openEditor();
const browser = openSchemaBrowser();
const signIn = openSignIn(() => {
  stop();
  loadSchema();
  if (answer.kind === 'nothing') showAnswer();
});

/** Which operation is written: the kind named first outside of comments. */
function operationKind() {
  const text = editor.text.replace(/#[^\n]*/g, '');
  return /(?:^|[}\s])(query|mutation|subscription)\b/.exec(text.split('{')[0])?.[1] ?? 'query';
}

function givenVariables() {
  const text = byId('variables').value.trim();
  byId('variables').removeAttribute('aria-invalid');
  return text ? JSON.parse(text) : {};
}

async function run() {
  stop();
  sessionStorage.setItem(KEPT_QUERY, editor.text);
  sessionStorage.setItem(KEPT_VARIABLES, byId('variables').value);
  let variables;
  try {
    variables = givenVariables();
  } catch (cause) {
    byId('variables').setAttribute('aria-invalid', 'true');
    return showFault('变量不是有效的 JSON。', cause.message);
  }
  byId('live').hidden = true;
  if (operationKind() === 'subscription') return subscribe(variables, null);
  const startedAt = performance.now();
  setStatus('查询中…', 'asking');
  try {
    const value = await ask(editor.text, variables);
    answer = { kind: 'answer', value, root: model?.roots[operationKind()] };
    showAnswer();
    const ms = Math.round(performance.now() - startedAt);
    setStatus(`${ms} 毫秒`, 'ms');
  } catch (cause) {
    showFault('无法连接圭臬。请确认它仍在运行。', `The hub could not be reached: ${cause.message}`);
  }
}

function showFault(zh, en) {
  answer = { kind: 'answer', value: { errors: [{ message: en, extensions: { messageZh: zh } }] } };
  setStatus();
  showAnswer();
}

function setStatus(zh = '', en = '') {
  byId('status').replaceChildren(...(zh ? bilingual(zh, en) : []));
}

function subscribe(variables, after) {
  if (after === null) answer = { kind: 'live', events: [], count: 0, cuts: 0, root: model?.roots.subscription };
  setStatus();
  showAnswer();
  byId('live').hidden = false;
  byId('cut').hidden = false;
  byId('stop').hidden = false;
  byId('resume').hidden = true;
  live = openLive({ query: editor.text, variables, after, onState: showState, onEvent: takeEvent });
  live.again = () => subscribe(variables, live.cursor);
}

function showState(state, detail) {
  byId('live-state').dataset.state = state;
  byId('live-state').replaceChildren(
    ...bilingual(...LIVE_WORDS[state === 'waiting' && detail === null ? 'starting' : state]),
  );
  if (state === 'waiting') answer.cuts++;
  if (state === 'refused') {
    answer = { kind: 'answer', value: { errors: detail } };
    showAnswer();
  }
  if (['refused', 'ended', 'stopped'].includes(state)) {
    byId('cut').hidden = true;
    byId('stop').hidden = true;
    byId('resume').hidden = state === 'refused' || !live?.cursor;
  }
  showCount();
}

function showCount() {
  if (answer.kind !== 'live') return byId('live-count').replaceChildren();
  const { count, cuts } = answer;
  const words = bilingual(`已收 ${count} 条`, 'received');
  byId('live-count').replaceChildren(
    ...words,
    ...(cuts > 0 ? [' · ', ...bilingual(`重连 ${cuts} 次`, 'resumed')] : []),
  );
}

function takeEvent(payload, cursor) {
  answer.events.unshift(payload);
  answer.events.length = Math.min(answer.events.length, MOST_EVENTS);
  answer.count++;
  byId('cursor').textContent = cursor ?? '—';
  showCount();
  if (answer.count === 1) byId('result').replaceChildren();
  const shown = showEvent(payload);
  shown.classList.add('fresh');
  const result = byId('result');
  const { scrollTop, scrollHeight } = result;
  result.prepend(shown);
  // Who reads further down keeps the line under the eye.
  if (scrollTop > 0) result.scrollTop = scrollTop + result.scrollHeight - scrollHeight;
  while (result.childElementCount > MOST_EVENTS) result.lastChild.remove();
}

function stop() {
  const own = live;
  if (!own) return;
  own.stop();
}

const viewIs = (name) => document.querySelector('input[name="view"]:checked').value === name;
const json = (value) => element('pre', { class: 'json' }, paintJson(JSON.stringify(value, null, 2)));

function showEvent(payload) {
  if (viewIs('json') || !payload.data || !model) return json(payload);
  const shown = readEvent(payload.data, answer.root, model);
  if (payload.errors) shown.append(...showProblems(payload.errors, editor.goTo));
  return shown;
}

function showAnswer() {
  byId('result').replaceChildren(...answerParts());
}
function answerParts() {
  if (answer.kind === 'nothing') return [welcome()];
  if (answer.kind === 'live') return answer.events.length > 0 ? answer.events.map(showEvent) : [waiting()];
  const { data, errors } = answer.value;
  if (viewIs('json')) return [json(answer.value)];
  const problems = errors ? showProblems(errors, editor.goTo) : [];
  if (!data || !answer.root || !model) return data ? [...problems, json(data)] : problems;
  return [...problems, ...readData(data, answer.root, model)];
}

function waiting() {
  return element(
    'div',
    { class: 'welcome' },
    element('h2', null, '等待下一件事'),
    english('The next event appears here the moment it happens.'),
  );
}

function welcome() {
  const steps = [
    ['粘贴令牌登录', 'Sign in with a token: top right.'],
    ['左侧选一个示例，或自己写查询', 'Choose an example on the left, or write a query.'],
    ['按 Ctrl + Enter 执行', 'Press Ctrl + Enter. Subscriptions stay open and show each event as it happens.'],
  ].slice(keptToken() ? 1 : 0);
  return element(
    'div',
    { class: 'welcome' },
    element('h2', null, '一张图，查全部监督数据'),
    english('One graph over everything that is supervised.'),
    element(
      'ol',
      null,
      steps.map(([zh, en]) => element('li', null, zh, english(en))),
    ),
  );
}

async function loadSchema() {
  model = null;
  editor.take(null);
  if (!keptToken()) {
    const act = element(
      'button',
      { type: 'button', class: 'link', onclick: askForSchema },
      ...bilingual('不登录，直接读取', 'read it without signing in'),
    );
    browser.take(null, [element('p', null, ...bilingual('登录后显示模式。', 'Sign in to see the schema.')), act]);
    return showExamples();
  }
  await askForSchema();
}

async function askForSchema() {
  try {
    const { data, errors } = await ask(SCHEMA_QUERY);
    if (!data) return browser.take(null, showProblems(errors, editor.goTo));
    model = modelOf(data.__schema);
  } catch (cause) {
    return browser.take(null, showProblems([{ message: cause.message, extensions: { messageZh: '无法读取模式。' } }]));
  }
  editor.take(model);
  browser.take(model);
  showExamples();
}

function showExamples() {
  const has = ({ kind, root }) => !model || model.roots[kind]?.fields.has(root);
  const fitting = EXAMPLES.filter(has);
  const children = [element('h2', null, ...bilingual('从这里开始', 'Start here'))];
  children.push(...fitting.map((one) => exampleButton(one.kind, [one.zh, english(one.en)], () => useExample(one))));
  if (fitting.length === 0) children.length = 0;
  for (const [kind, zh] of [
    ['query', '全部查询'],
    ['subscription', '全部订阅'],
    ['mutation', '全部操作'],
  ]) {
    const fields = [...(model?.roots[kind]?.fields.values() ?? [])];
    if (fields.length === 0) continue;
    children.push(element('h2', null, ...bilingual(zh, `every ${kind}`)));
    for (const field of fields) {
      const words = [element('span', { class: 'plain' }, field.name), ' ', termOf(field.description)];
      children.push(exampleButton('plain', words, () => fill(exampleOf(kind, field, model))));
    }
  }
  byId('examples').replaceChildren(...children);
}

function exampleButton(kind, [first, ...rest], use) {
  const isPlain = kind === 'plain';
  const made = element(
    'button',
    { type: 'button', class: kind === 'subscription' ? 'example live' : 'example' },
    isPlain ? first : element('strong', null, first),
    ...rest,
  );
  made.addEventListener('click', () => {
    for (const other of byId('examples').querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
    made.setAttribute('aria-current', 'true');
    use();
  });
  return made;
}

function fill({ query, variables }) {
  editor.text = query;
  byId('variables').value = JSON.stringify(variables, null, 2);
}

async function useExample({ query, kind, variables, find, use }) {
  fill({ query, variables: variables?.(viewerClaims()) ?? {} });
  if (!keptToken()) return signIn.open();
  if (find) {
    const found = await ask(find).catch(() => ({}));
    if (found.data) fill({ query, variables: use(found.data) });
  }
  // A mutation changes something: it is run by hand.
  if (kind !== 'mutation') await run();
}

async function copy(text, button) {
  const before = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(...bilingual('已复制', 'copied'));
  } catch {
    button.replaceChildren(...bilingual('无法复制', 'not allowed'));
  }
  setTimeout(() => button.replaceChildren(...before), 1_500);
}

/** The request as a shell command; the token stays out of it. */
function command() {
  let variables = {};
  try {
    variables = givenVariables();
  } catch {
    // The command goes without them; running says what is wrong.
  }
  const body = JSON.stringify({ query: editor.text, variables }).replaceAll("'", "'\\''");
  return `curl ${location.origin}/graphql -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" -d '${body}'`;
}

byId('run').addEventListener('click', run);
byId('stop').addEventListener('click', stop);
byId('cut').addEventListener('click', () => live?.cut());
byId('resume').addEventListener('click', () => live?.again());
byId('copy-command').addEventListener('click', ({ currentTarget }) => copy(command(), currentTarget));
byId('copy-answer').addEventListener('click', ({ currentTarget }) => {
  const value = answer.kind === 'live' ? answer.events : (answer.value ?? {});
  copy(JSON.stringify(value, null, 2), currentTarget);
});
for (const choice of document.querySelectorAll('input[name="view"]')) choice.addEventListener('change', showAnswer);
for (const choice of document.querySelectorAll('input[name="guide"]'))
  choice.addEventListener('change', () => {
    for (const name of ['examples', 'schema']) byId(name).hidden = choice.value !== name;
  });
addEventListener('keydown', (press) => {
  if ((press.ctrlKey || press.metaKey) && press.key === 'Enter' && !byId('sign-in').open) {
    press.preventDefault();
    run();
  }
});

editor.text = sessionStorage.getItem(KEPT_QUERY) ?? EXAMPLES[0].query;
byId('variables').value = sessionStorage.getItem(KEPT_VARIABLES) ?? '{}';
showAnswer();
loadSchema();
