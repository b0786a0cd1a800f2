import { element } from './elements.js';

const GRAPHQL =
  /(?<comment>#[^\n]*)|(?<string>"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(?<variable>\$\w*)|(?<directive>@\w*)|(?<number>-?\d[\d.eE+-]*)|(?<name>[A-Za-z_]\w*)|(?<punctuator>\.\.\.|[{}()[\]:=!|&])/g;
const JSON_TEXT =
  /(?<key>"(?:\\.|[^"\\])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\])*")|(?<number>-?\d[\d.eE+-]*)|(?<keyword>\b(?:true|false|null)\b)|(?<punctuator>[{}[\],:])/g;
const KEYWORDS = new Set(['query', 'mutation', 'subscription', 'fragment', 'on', 'true', 'false', 'null']);
/** Longer texts are shown without colours, so that the page stays quick. */
const PAINTED_CHARACTERS = 150_000;

/** Tokens of a GraphQL text, `{ kind, text, start, end }`; what is no token is left out. */
export const tokensOf = (text) => [...tokens(text, GRAPHQL)];

function* tokens(text, pattern) {
  for (const match of text.matchAll(pattern)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    yield { kind, text: match[0], start: match.index, end: match.index + match[0].length };
  }
}

/** A GraphQL text in colours. */
export const paintGraphql = (text) =>
  paint(text, GRAPHQL, ({ kind, text: word }, previous) =>
    kind === 'name' && KEYWORDS.has(word) && (word !== 'on' || previous?.text === '...') ? 'keyword' : kind,
  );
/** A JSON text in colours. */
export const paintJson = (text) => paint(text, JSON_TEXT, ({ kind }) => kind);

function paint(text, pattern, kindOf) {
  const painted = document.createDocumentFragment();
  if (text.length > PAINTED_CHARACTERS) {
    painted.append(text);
    return painted;
  }
  let at = 0;
  let previous;
  for (const token of tokens(text, pattern)) {
    if (token.start > at) painted.append(text.slice(at, token.start));
    const kind = kindOf(token, previous);
    previous = token;
    painted.append(kind === 'name' ? token.text : element('span', { class: `t-${kind}` }, token.text));
    at = token.end;
  }
  painted.append(text.slice(at));
  return painted;
}
