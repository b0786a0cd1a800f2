import { bilingual, byId, element, english } from './elements.js';
import { ask, claimsOf, keepToken, keptToken } from './graph-client.js';
import { chineseOf } from './problems.js';

const CLAIM_PREFIX = 'gnomon_';

/** The dialog where a token is pasted. `changed()` is called when somebody else is signed in, or nobody. */
export function openSignIn(changed) {
  const dialog = byId('sign-in');
  const problem = byId('sign-in-problem');

  function open() {
    byId('token').value = '';
    problem.hidden = true;
    byId('sign-out').hidden = !keptToken();
    dialog.showModal();
    byId('token').focus();
  }
  async function submit() {
    const token = byId('token')
      .value.trim()
      .replace(/^Bearer\s+/i, '');
    if (!token) return complain('请粘贴令牌。', 'Paste a token first.');
    try {
      const { errors } = await ask('{ __typename }', {}, token);
      if (errors) return complain(chineseOf(errors[0]), errors[0].message);
    } catch (cause) {
      return complain('无法连接圭臬。', cause.message);
    }
    use(token);
  }
  function complain(zh, en) {
    problem.replaceChildren(...bilingual(zh, en));
    problem.hidden = false;
    byId('token').focus();
  }
  function use(token) {
    keepToken(token);
    dialog.close();
    showViewer();
    changed();
  }

  byId('open-sign-in').addEventListener('click', open);
  byId('cancel-sign-in').addEventListener('click', () => dialog.close());
  byId('sign-out').addEventListener('click', () => use(''));
  dialog.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  showViewer();
  return { open };
}

/** Who is signed in, in words: for display only, the hub verifies the token itself. */
export function viewerClaims() {
  return claimsOf(keptToken()) ?? {};
}

function showViewer() {
  const isIn = keptToken() !== '';
  byId('open-sign-in').replaceChildren(...(isIn ? bilingual('换账号', 'Switch') : bilingual('登录', 'Sign in')));
  byId('open-sign-in').className = isIn ? 'quiet' : 'primary';
  byId('viewer').replaceChildren(...(isIn ? viewerWords() : []));
}

function viewerWords() {
  const { sub, exp, ...claims } = viewerClaims();
  const told = (name) => claims[CLAIM_PREFIX + name];
  const until = exp === undefined ? null : new Date(exp * 1_000);
  const clock = until?.toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });
  return [
    element('span', null, told('name_zh') ?? sub ?? '已登录'),
    ' ',
    english(told('name_en') ?? ''),
    element(
      'small',
      null,
      [sub, told('division') && `区划 ${told('division')}`, clock && `至 ${clock}`].filter(Boolean).join(' · '),
    ),
  ];
}
