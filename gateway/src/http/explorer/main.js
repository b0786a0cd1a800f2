import { openEditor } from './editor.js';
import { bilingual, byId, element } from './elements.js';
import { openExampleList } from './example-list.js';
import { EXAMPLES } from './examples.js';
import { ask, keptToken, openLive } from './graph-client.js';
import { showProblems } from './problems.js';
import { readData, readEvent } from './reading.js';
import { openSchemaBrowser } from './schema-browser.js';
import { modelOf, SCHEMA_QUERY } from './schema-model.js';
import { openSignIn } from './sign-in.js';
import { paintJson } from './tokens.js';
import { waiting, welcome } from './welcome.js';

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
const examples = openExampleList({ fill, run, signIn: () => signIn.open() });
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
  if (operationKind() === 'subscription') return subscribe(editor.text, variables, null);
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

function subscribe(query, variables, after) {
  if (after === null)
    answer = { kind: 'live', events: [], count: 0, unseen: 0, frame: null, cuts: 0, root: model?.roots.subscription };
  setStatus();
  showAnswer();
  byId('live').hidden = false;
  byId('cut').hidden = false;
  byId('stop').hidden = false;
  byId('resume').hidden = true;
  live = openLive({ query, variables, after, onState: showState, onEvent: takeEvent });
  const own = live;
  live.again = () => subscribe(query, variables, own.cursor);
}

function showState(state, detail) {
  byId('live-state').dataset.state = state;
  byId('live-state').replaceChildren(
    ...bilingual(...LIVE_WORDS[state === 'waiting' && detail === null ? 'starting' : state]),
  );
  if (state === 'waiting') answer.cuts++;
  if (state === 'refused') {
    // What was received stays; the refusal stands above it.
    answer =
      answer.kind === 'live' && answer.count > 0
        ? { ...answer, errors: detail }
        : { kind: 'answer', value: { errors: detail } };
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

function takeEvent(payload) {
  answer.events.unshift(payload);
  answer.events.length = Math.min(answer.events.length, MOST_EVENTS);
  answer.count++;
  // A replay brings thousands in a moment: they are shown once a frame.
  answer.unseen++;
  const own = answer;
  own.frame ??= requestAnimationFrame(() => {
    own.frame = null;
    if (own === answer && own.unseen > 0) showNew();
  });
}

function showNew() {
  const isFirst = answer.count === answer.unseen;
  const shown = answer.events.slice(0, answer.unseen).map(showEvent);
  answer.unseen = 0;
  byId('cursor').textContent = live.cursor ?? '—';
  showCount();
  for (const one of shown) one.classList.add('fresh');
  const result = byId('result');
  const { scrollTop, scrollHeight } = result;
  if (isFirst) result.replaceChildren(...shown);
  else result.prepend(...shown);
  // Who reads further down keeps the line under the eye.
  if (scrollTop > 0) result.scrollTop = scrollTop + result.scrollHeight - scrollHeight;
  while (result.childElementCount > MOST_EVENTS) result.lastChild.remove();
}

function stop() {
  live?.stop();
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
  // All events are about to be shown.
  if (answer.kind === 'live') answer.unseen = 0;
  byId('result').replaceChildren(...answerParts());
}
function answerParts() {
  if (answer.kind === 'nothing') return [welcome()];
  if (answer.kind === 'live') {
    const problems = answer.errors ? showProblems(answer.errors, editor.goTo) : [];
    return answer.count > 0 ? [...problems, ...answer.events.map(showEvent)] : [waiting()];
  }
  const { data, errors } = answer.value;
  if (viewIs('json')) return [json(answer.value)];
  const problems = errors ? showProblems(errors, editor.goTo) : [];
  if (!data || !answer.root || !model) return data ? [...problems, json(data)] : problems;
  return [...problems, ...readData(data, answer.root, model)];
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
    return examples.take(model);
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
  examples.take(model);
}

function fill({ query, variables }) {
  editor.text = query;
  byId('variables').value = JSON.stringify(variables, null, 2);
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
