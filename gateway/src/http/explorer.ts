import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The page's scripts, each before those that import it. */
const MODULES = [
  'elements',
  'tokens',
  'schema-model',
  'place',
  'graph-client',
  'problems',
  'values',
  'reading',
  'examples',
  'root-examples',
  'schema-browser',
  'editor',
  'sign-in',
  'example-list',
  'welcome',
  'main',
];
/** The policy that the skeleton carries until the hashes are known. */
const POLICY_PLACE = "default-src 'none'";
const PLACES = /default-src 'none'|<!--style-->|<!--script-->/g;
let page: string | undefined;

/** The explorer page: one file, nothing from elsewhere, so that it works without a network. */
export function explorerPage(): string {
  page ??= compose();
  return page;
}

/** Puts style and scripts into the page, and names their hashes in its policy: no other script or style runs in it. */
function compose(): string {
  const style = read('style.css');
  const script = `'use strict';\n(() => {\n${MODULES.map((name) => joined(read(`${name}.js`))).join('\n')}\n})();\n`;
  const policy = [
    POLICY_PLACE,
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Record<string, string> = {
    [POLICY_PLACE]: policy,
    '<!--style-->': `<style>${style}</style>`,
    '<!--script-->': `<script>${script}</script>`,
  };
  return read('page.html').replace(PLACES, (place) => parts[place] ?? '');
}

/** A module without its imports and exports: all share one scope, and a name used twice does not load. */
function joined(module: string): string {
  return module.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function read(name: string): string {
  return readFileSync(new URL(`./explorer/${name}`, import.meta.url), 'utf8');
}
