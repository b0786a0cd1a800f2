import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Bilingual, ClockAnswer, ClockLimit } from './clock-answer.ts';
import { dayText, STANDING_TEXTS, stateName, timeText, UNIT_NAMES } from './clock-words.ts';

const STYLE = readFileSync(new URL('./clock.css', import.meta.url), 'utf8');

/** From this share of a limit on its bar is amber; beyond the limit it is red. */
const NEAR_END = 0.8;

/** Nothing runs in the page and nothing is fetched by it; its one style is named by hash. */
export const CLOCK_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page of an application. */
export function clockPage(clock: ClockAnswer): string {
  const { itemName, agencyName } = clock;
  return page(
    { zh: '办事时钟', en: "Citizen's clock" },
    `<h1>${both(itemName ?? { zh: '政务服务事项', en: 'Government service' })}</h1>
<p class="agency">${agencyName === null ? '' : both(agencyName)}</p>
<p class="state">${both(stateName(clock.state))}</p>
${limitSection({ zh: '承诺时限', en: 'Promised limit' }, clock.promise, clock)}
${limitSection({ zh: '法定时限', en: 'Statutory limit' }, clock.statutory, clock)}
${pauseSection(clock)}
${standingSection(clock)}
<dl class="times">${datesOf(clock)}</dl>
<p class="note">${both({
      zh: '本页不含个人信息。凭此链接即可查看，请妥善保管，不要转发。',
      en: 'This page names no person. Whoever has the link sees it: keep it to yourself.',
    })}</p>`,
  );
}

/** The page of every link that does not hold: wrong, revoked, expired, somebody's guess. One text for all of them. */
export function noClockPage(): string {
  return messagePage(
    { zh: '没有这个办事时钟', en: 'There is no such clock' },
    {
      zh: '链接不正确，或已作废、已过期。请向受理窗口或申请时使用的系统索取新的链接。',
      en: 'The link is wrong, or was revoked, or has expired. Ask the window or the system where you applied for a new one.',
    },
  );
}

/** The page when somebody asks too often. */
export function tooOftenPage(): string {
  return messagePage(
    { zh: '查询过于频繁', en: 'Too many requests' },
    { zh: '请一分钟后再看。', en: 'Please look again in a minute.' },
  );
}

/** The page when the hub cannot answer. */
export function awayPage(): string {
  return messagePage(
    { zh: '暂时无法查询', en: 'Not available at the moment' },
    { zh: '您的申请不受影响，请稍后再看。', en: 'Your application is not affected; please look again later.' },
  );
}

function messagePage(title: Bilingual, text: Bilingual): string {
  return page(title, `<h1>${both(title)}</h1><p class="message">${both(text)}</p>`);
}

function page(title: Bilingual, body: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escaped(title.zh)} · ${escaped(title.en)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><span class="brand">圭臬 · 办事时钟</span> <span lang="en">Gnomon · Citizen's clock</span></header>
<main>
${body}
</main>
</body>
</html>
`;
}

function limitSection(title: Bilingual, limit: ClockLimit | null, { acceptedAt }: ClockAnswer): string {
  if (limit === null) {
    const why =
      acceptedAt === null
        ? { zh: '受理后开始计时。', en: 'It begins with acceptance.' }
        : { zh: '没有这一时限。', en: 'There is none.' };
    return section(title, `<p>${both(why)}</p>`);
  }
  const { dueAt, unit, used, left, isOver, isProvisional } = limit;
  const names = UNIT_NAMES[unit];
  const due = unit === 'WORKDAY' || unit === 'DAY' ? dayText(dueAt) : timeText(dueAt);
  const count: Bilingual = {
    zh: `共 ${limit.limit} ${names.zh}，已用 ${used}，${isOver ? '已超期' : `剩余 ${left}`}`,
    en: `${limit.limit} ${names.en}: ${used} used, ${isOver ? 'over the limit' : `${left} left`}`,
  };
  const notice = isProvisional
    ? `<p class="provisional">${both({ zh: '暂定：到期日所在年度的放假安排尚未公布，公布后可能调整。', en: 'Provisional: the holidays of that year are not published yet, and the date may move.' })}</p>`
    : '';
  return section(
    title,
    `<p class="due${isOver ? ' over' : ''}"><time datetime="${escaped(dueAt)}">${both(due)}</time></p>
<meter min="0" max="${Math.max(limit.limit, used, 1)}" low="${limit.limit * NEAR_END}" high="${limit.limit}" optimum="0" value="${used}" aria-label="${escaped(count.zh)}"></meter>
<p>${both(count)}</p>${notice}`,
  );
}

function pauseSection({ pauses }: ClockAnswer): string {
  const title = { zh: '停钟情形', en: 'Pauses' };
  if (pauses.length === 0) return section(title, `<p>${both({ zh: '没有。', en: 'None.' })}</p>`);
  const entries = pauses.map(({ name, legalReason, from, to, workdays, stopsClock }) => {
    const end = to === null ? { zh: '至今', en: 'now' } : dayText(to);
    const span: Bilingual = { zh: `${dayText(from).zh}—${end.zh}`, en: `${dayText(from).en} – ${end.en}` };
    const days: Bilingual = stopsClock
      ? { zh: `不计入 ${workdays} 个工作日`, en: `${workdays} working days not counted` }
      : { zh: '照常计时', en: 'counted as usual' };
    return `<li><h3>${both(name)}</h3><p>${both(span)}</p><p>${both(days)}</p><p class="law">${both(legalReason)}</p></li>`;
  });
  return section(title, `<ul>${entries.join('')}</ul>`);
}

function standingSection({ standing }: ClockAnswer): string {
  const which = standing ?? 'UNKNOWN';
  return section(
    { zh: '监督状态', en: 'Supervision' },
    `<p class="standing ${which.toLowerCase()}">${both(STANDING_TEXTS[which])}</p>`,
  );
}

function datesOf({ acceptedAt, finishedAt, dataAsOf, asOf, expiresAt }: ClockAnswer): string {
  const lines: readonly (readonly [Bilingual, string | null])[] = [
    [{ zh: '受理', en: 'Accepted' }, acceptedAt],
    [{ zh: '办结', en: 'Finished' }, finishedAt],
    [{ zh: '数据截至', en: 'Data as of' }, dataAsOf],
    [{ zh: '查询时刻', en: 'As of' }, asOf],
    [{ zh: '链接有效至', en: 'Link holds until' }, expiresAt],
  ];
  return lines
    .filter((line): line is readonly [Bilingual, string] => line[1] !== null)
    .map(
      ([label, at]) => `<dt>${both(label)}</dt><dd><time datetime="${escaped(at)}">${both(timeText(at))}</time></dd>`,
    )
    .join('');
}

function section(title: Bilingual, body: string): string {
  return `<section><h2>${both(title)}</h2>${body}</section>`;
}

/** Chinese first, English beside it; one alone where both are the same. */
function both({ zh, en }: Bilingual): string {
  return zh === en ? escaped(zh) : `${escaped(zh)} <span lang="en">${escaped(en)}</span>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
