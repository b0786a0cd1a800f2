import { element, english } from './elements.js';
import { keptToken } from './graph-client.js';

/** While a subscription has had no event. */
export function waiting() {
  return element(
    'div',
    { class: 'welcome' },
    element('h2', null, '等待下一件事'),
    english('The next event appears here the moment it happens.'),
  );
}

/** Before anything was asked: what to do, in order. */
export function welcome() {
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
