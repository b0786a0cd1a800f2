/** The element with an id of the page. */
export const byId = (id) => document.getElementById(id);

/** A new element. `on…` names are listeners, what is null or false is left out; text is only ever text. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** English, beside the Chinese. */
export const english = (text) => element('span', { lang: 'en' }, text);

/** Chinese first, English beside it. */
export const bilingual = (zh, en) => [zh, ' ', english(en)];
