import { bilingual, byId, element, english } from './elements.js';
import { EXAMPLES } from './examples.js';
import { ask, keptToken } from './graph-client.js';
import { exampleOf } from './root-examples.js';
import { termOf } from './schema-model.js';
import { viewerClaims } from './sign-in.js';

const KINDS = [
  ['query', '全部查询'],
  ['subscription', '全部订阅'],
  ['mutation', '全部操作'],
];

/**
 * The side bar's examples: those made by hand, which run at once, then one for each root field of the graph, which waits to be run.
 * `fill(example)` writes into the editor, `run()` asks, `signIn()` is called first when nobody is signed in.
 */
export function openExampleList({ fill, run, signIn }) {
  async function use({ query, variables, find, use: taken }) {
    fill({ query, variables: variables?.(viewerClaims()) ?? {} });
    if (!keptToken()) return signIn();
    if (find) {
      const { data } = await ask(find).catch(() => ({}));
      if (data) fill({ query, variables: taken(data) });
    }
    await run();
  }
  return {
    /** Shows what fits the graph; everything made by hand while the graph is not known. */
    take(model) {
      const fitting = EXAMPLES.filter(({ kind, root }) => !model || model.roots[kind]?.fields.has(root));
      const children = fitting.map((one) =>
        choice(one.kind === 'subscription', [element('strong', null, one.zh), english(one.en)], () => use(one)),
      );
      if (fitting.length > 0) children.unshift(element('h2', null, ...bilingual('从这里开始', 'Start here')));
      for (const [kind, zh] of KINDS) {
        const fields = [...(model?.roots[kind]?.fields.values() ?? [])];
        if (fields.length > 0) children.push(element('h2', null, ...bilingual(zh, `every ${kind}`)));
        for (const field of fields) {
          const words = [element('span', { class: 'plain' }, field.name), ' ', termOf(field.description)];
          children.push(choice(false, words, () => fill(exampleOf(kind, field, model))));
        }
      }
      byId('examples').replaceChildren(...children);
    },
  };
}

function choice(isLive, words, act) {
  const made = element('button', { type: 'button', class: isLive ? 'example live' : 'example' }, words);
  made.addEventListener('click', () => {
    for (const other of byId('examples').querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
    made.setAttribute('aria-current', 'true');
    act();
  });
  return made;
}
