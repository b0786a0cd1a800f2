import { bilingual, byId, element, english } from './elements.js';
import { placeAt } from './place.js';
import { innermostName, isComposite, isRequired, termOf, typeText } from './schema-model.js';
import { paintGraphql } from './tokens.js';

const MOST_OPTIONS = 60;

/** The query's text area: colours beneath it, completion out of the schema, and the meaning of what the caret stands on. */
export function openEditor() {
  const area = byId('query');
  const list = byId('completions');
  let model = null;
  let options = [];
  let chosen = 0;

  const repaint = () => byId('paint').replaceChildren(paintGraphql(area.value), '\n');
  const close = () => {
    list.hidden = true;
    area.removeAttribute('aria-activedescendant');
  };
  const write = (text, from, to, caret) => {
    area.setRangeText(text, from, to, 'end');
    if (caret !== undefined) area.setSelectionRange(caret, caret);
    repaint();
  };

  function explain() {
    const end = area.value.slice(area.selectionStart).search(/\W|$/) + area.selectionStart;
    const { field, owner } = model ? placeAt(area.value.slice(0, end), model) : {};
    byId('hint').replaceChildren(...(field ? meaning(field, owner) : keysOfTheEditor()));
  }

  function complete(isAsked) {
    const before = area.value.slice(0, area.selectionStart);
    const prefix = /\w*$/.exec(before)[0];
    if (!model || (!prefix && !isAsked) || /[#$@][^\n{}]*$/.test(before.split('\n').at(-1))) return close();
    const wanted = prefix.toLowerCase();
    options = placeAt(before.slice(0, before.length - prefix.length), model)
      .options.filter(({ name }) => name.toLowerCase().includes(wanted) && !name.startsWith('__'))
      .sort(
        (one, other) =>
          Number(!one.name.toLowerCase().startsWith(wanted)) - Number(!other.name.toLowerCase().startsWith(wanted)),
      )
      .slice(0, MOST_OPTIONS);
    if (options.length === 0 || (options.length === 1 && options[0].name === prefix && !isAsked)) return close();
    choose(0);
    list.replaceChildren(...options.map((option, at) => optionLine(option, at)));
    list.hidden = false;
    choose(0);
    setPlace(prefix.length);
  }
  function optionLine({ name, type, description }, at) {
    const line = element(
      'div',
      { role: 'option', id: `completion-${at}` },
      element('code', null, name),
      termOf(description),
      type ? element('span', { class: 'of' }, typeText(type)) : null,
    );
    line.addEventListener('pointerdown', (press) => {
      press.preventDefault();
      accept(at);
    });
    return line;
  }
  function choose(at) {
    chosen = (at + options.length) % options.length;
    for (const [index, line] of [...list.children].entries()) line.setAttribute('aria-selected', index === chosen);
    area.setAttribute('aria-activedescendant', `completion-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }
  /** Puts the list beneath the caret: the painted text has the same letters at the same places. */
  function setPlace(prefixLength) {
    const walker = document.createTreeWalker(byId('paint'), NodeFilter.SHOW_TEXT);
    let left = area.selectionStart - prefixLength;
    let node = walker.nextNode();
    while (node && left > node.length) {
      left -= node.length;
      node = walker.nextNode();
    }
    const range = document.createRange();
    range.setStart(node ?? byId('paint'), node ? left : 0);
    const { left: x, bottom: y } = range.getBoundingClientRect();
    const frame = byId('editor').getBoundingClientRect();
    list.style.left = `${Math.max(4, Math.min(x - frame.left - 8, frame.width - list.offsetWidth - 4))}px`;
    list.style.top = `${Math.min(y - frame.top + 4, frame.height - 40)}px`;
  }
  function accept(at) {
    const { name, type, args = [] } = options[at];
    const prefix = /\w*$/.exec(area.value.slice(0, area.selectionStart))[0];
    const from = area.selectionStart - prefix.length;
    const isAlone = !/^[ \t]*[{(:]/.test(area.value.slice(area.selectionEnd));
    const isOpening = isAlone && type && isComposite(model.types.get(innermostName(type))) && !args.some(isRequired);
    const indent = /(?:^|\n)([ \t]*)[^\n]*$/.exec(area.value.slice(0, from))[1];
    const opened = `${name} {\n${indent}  `;
    write(
      isOpening ? `${opened}\n${indent}}` : name,
      from,
      area.selectionEnd,
      isOpening ? from + opened.length : undefined,
    );
    close();
    explain();
  }

  function breakLine() {
    const before = area.value.slice(0, area.selectionStart);
    const indent = /(?:^|\n)([ \t]*)[^\n]*$/.exec(before)[1];
    const isOpen = /[{(]\s*$/.test(before);
    const isClosing = isOpen && /^[ \t]*[})]/.test(area.value.slice(area.selectionEnd));
    const line = `\n${indent}${isOpen ? '  ' : ''}`;
    const caret = area.selectionStart + line.length;
    write(isClosing ? `${line}\n${indent}` : line, area.selectionStart, area.selectionEnd, caret);
  }

  let mayLeave = false;
  area.addEventListener('keydown', (press) => {
    const { key } = press;
    const isOpen = !list.hidden;
    const acts = isOpen
      ? {
          ArrowDown: () => choose(chosen + 1),
          ArrowUp: () => choose(chosen - 1),
          Enter: () => accept(chosen),
          Tab: () => accept(chosen),
          Escape: close,
        }
      : { Enter: breakLine, Tab: () => write('  ', area.selectionStart, area.selectionEnd) };
    if (key === ' ' && press.ctrlKey) acts[' '] = () => complete(true);
    const isLeaving = key === 'Tab' && !isOpen && (mayLeave || press.shiftKey);
    mayLeave = key === 'Escape' && !isOpen;
    if (!acts[key] || isLeaving || (press.ctrlKey && key !== ' ') || press.metaKey || press.isComposing) return;
    press.preventDefault();
    acts[key]();
  });
  area.addEventListener('input', () => {
    repaint();
    complete(false);
  });
  area.addEventListener('scroll', () => {
    byId('paint').scrollTo(area.scrollLeft, area.scrollTop);
    close();
  });
  area.addEventListener('blur', close);
  document.addEventListener('selectionchange', () => {
    if (document.activeElement === area) explain();
  });
  explain();

  return {
    take(given) {
      model = given;
      explain();
    },
    get text() {
      return area.value;
    },
    set text(value) {
      area.value = value;
      area.scrollTop = 0;
      close();
      repaint();
      byId('hint').replaceChildren(...keysOfTheEditor());
    },
    goTo(line, column) {
      const at =
        area.value
          .split('\n')
          .slice(0, line - 1)
          .join('\n').length +
        (line > 1 ? 1 : 0) +
        column -
        1;
      area.focus();
      area.setSelectionRange(at, at + /^\w*/.exec(area.value.slice(at))[0].length);
      explain();
    },
  };
}

function meaning({ name, type, description }, owner) {
  const term = termOf(description);
  return [
    element('code', null, `${owner ? `${owner.name}.` : ''}${name}${type ? `: ${typeText(type)}` : ''}`),
    ' ',
    term ? element('b', null, term) : '',
    ' ',
    english((description ?? '').replace(` (${term})`, '')),
  ];
}

function keysOfTheEditor() {
  return [
    element('kbd', null, 'Ctrl+Space'),
    ' ',
    ...bilingual('补全', 'complete'),
    '　',
    element('kbd', null, 'Esc Tab'),
    ' ',
    ...bilingual('离开', 'leave'),
  ];
}
