import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trustedProxies } from '../src/environment.ts';
import type { ClockAnswer, ClockLimit } from '../src/http/clock/clock-answer.ts';
import { clockPage, noClockPage } from '../src/http/clock/clock-page.ts';
import { createRate } from '../src/http/rate.ts';
import { foundChromium, openBrowser, openPage } from './explorer-browser.ts';
import { faintTexts } from './faint-texts.ts';
import { gatewayOver, listen, testSubgraph, tokenOf } from './rig.ts';

const limit = (more: Partial<ClockLimit> = {}): ClockLimit => ({
  ...{
    dueAt: '2026-03-12T15:59:59.999Z',
    unit: 'WORKDAY',
    limit: 10,
    used: 4,
    left: 6,
    isOver: false,
    isProvisional: false,
  },
  ...more,
});
const answer = (more: Partial<ClockAnswer> = {}): ClockAnswer => ({
  itemName: { zh: '食品经营许可', en: 'Food business licence' },
  agencyName: { zh: '赛罕区行政审批和政务服务局', en: 'Saihan district approvals office' },
  state: 'SPECIAL_PROCEDURE',
  acceptedAt: '2026-03-02T01:00:00.000Z',
  finishedAt: null,
  promise: limit(),
  statutory: limit({ dueAt: '2026-03-30T15:59:59.999Z', limit: 20, used: 4, left: 16, isProvisional: true }),
  pauses: [
    {
      name: { zh: '听证', en: 'Hearing' },
      legalReason: { zh: '《中华人民共和国行政许可法》第四十五条', en: 'Administrative Licensing Law, Article 45' },
      from: '2026-03-05T01:00:00.000Z',
      to: null,
      workdays: 3,
      stopsClock: true,
    },
  ],
  standing: 'YELLOW',
  asOf: '2026-03-09T02:00:00.000Z',
  dataAsOf: '2026-03-09T01:30:00.000Z',
  expiresAt: '2026-09-01T02:00:00.000Z',
  ...more,
});

/** A gateway over one subgraph that knows a few links. */
async function openClockGateway(known: Readonly<Record<string, ClockAnswer>>) {
  const text = 'type Text { zh: String! en: String! }';
  const clock = `type Limit { dueAt: String! unit: String! limit: Float! used: Float! left: Float! isOver: Boolean! isProvisional: Boolean! }
    type Pause { name: Text! legalReason: Text! from: String! to: String workdays: Int! stopsClock: Boolean! }
    type CitizenClock { itemName: Text agencyName: Text state: String acceptedAt: String finishedAt: String promise: Limit statutory: Limit
      pauses: [Pause!]! standing: String asOf: String! dataAsOf: String! expiresAt: String! }
    type Query { citizenClock(link: String!): CitizenClock }`;
  const subgraph = testSubgraph('work-items', text + clock, {
    Query: {
      citizenClock(_: unknown, { link }: { link: string }) {
        if (link === 'broken') throw new Error('the database is away');
        return known[link] ?? null;
      },
    },
  });
  const gateway = await gatewayOver([subgraph]);
  return { subgraph, at: await listen(gateway) };
}

test('the page says what stands, in Chinese first and English beside it, with a date marked as provisional', () => {
  const page = clockPage(answer());
  for (const said of [
    '食品经营许可',
    'Food business licence',
    '特别程序中，停止计时',
    '2026年3月12日',
    '12 March 2026',
    '共 10 个工作日，已用 4，剩余 6',
    '10 working days: 4 used, 6 left',
    '暂定',
    'Provisional',
    '不计入 3 个工作日',
    '第四十五条',
    '有黄牌',
    'A yellow card stands',
    '查询时刻',
  ])
    expect(page).toContain(said);
  expect(page.indexOf('食品经营许可')).toBeLessThan(page.indexOf('Food business licence'));
});

test('the page of an application that is over, not accepted, or of which supervision cannot speak says so', () => {
  expect(clockPage(answer({ promise: limit({ used: 12, left: 0, isOver: true }) }))).toContain('已超期');
  expect(clockPage(answer({ acceptedAt: null, promise: null, statutory: null }))).toContain('受理后开始计时');
  expect(clockPage(answer({ standing: null }))).toContain('监督状态暂时无法得知');
  expect(clockPage(answer({ standing: 'NONE' }))).toContain('没有预警，也没有黄牌或红牌');
  expect(clockPage(answer({ state: 'constructor' }))).toContain('暂不能确定');
});

test('what a registry publishes is shown as text, whatever is in it', () => {
  const page = clockPage(answer({ itemName: { zh: '<script>alert("1")</script>', en: "' onload=x" } }));
  expect(page).not.toContain('<script');
  expect(page).not.toContain("' onload");
});

test('a link that does not hold gives one page, a hub that cannot answer another, and neither repeats what was asked', async () => {
  const { at } = await openClockGateway({ good: answer() });
  const origin = new URL(at.url).origin;
  const look = async (path: string) => {
    const response = await fetch(`${origin}/clock/${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await look('good')).status).toBe(200);
  expect((await look('GOOD')).status).toBe(404);
  expect(await look('other')).toEqual({ status: 404, text: noClockPage() });
  expect(await look('')).toEqual({ status: 404, text: noClockPage() });
  const broken = await look('broken');
  expect(broken.status).toBe(503);
  expect(broken.text).not.toContain('broken');
  expect((await fetch(`${origin}/clock/good`, { method: 'HEAD' })).status).toBe(200);
  await at.close();
});

test('an address may ask a minute’s worth at once and one a second after that; others are not kept waiting', () => {
  let now = 0;
  const rate = createRate({ burst: 3, perSecond: 1 }, () => now);
  const asked = (address: string, times: number) => Array.from({ length: times }, () => rate.admits(address));
  expect(asked('a', 4)).toEqual([true, true, true, false]);
  expect(asked('b', 1)).toEqual([true]);
  now = 999;
  expect(asked('a', 1)).toEqual([false]);
  now = 2_000;
  expect(asked('a', 3)).toEqual([true, true, false]);
  now = 60_000;
  expect(asked('a', 4)).toEqual([true, true, true, false]);
});

test('behind a proxy that is named, each visitor counts for himself; nobody else is believed', async () => {
  const { default: fastify } = await import('fastify');
  const seen = async (proxies: string | undefined): Promise<string> => {
    const app = fastify(trustedProxies({ GNOMON_TRUSTED_PROXIES: proxies }));
    app.get('/', async (request) => request.ip);
    const { body } = await app.inject({
      url: '/',
      remoteAddress: '10.0.0.1',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    return body;
  };
  expect(await seen('10.0.0.0/8')).toBe('203.0.113.9');
  expect(await seen('10.0.0.2')).toBe('10.0.0.1');
  expect(await seen(undefined)).toBe('10.0.0.1');
});

test('without a token a socket is sent to HTTP for the clock, by any alias; with one it is answered', async () => {
  const { at, subgraph } = await openClockGateway({ good: answer() });
  const { createClient } = await import('graphql-ws');
  const { WebSocket } = await import('ws');
  const ask = async (connectionParams: Record<string, unknown>) => {
    const client = createClient({
      url: at.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    });
    try {
      const results = client.iterate({ query: 'query Q { a: citizenClock(link: "good") { state } }' });
      return (await results.next()).value as { data?: unknown; errors?: readonly { message: string }[] };
    } finally {
      await client.dispose();
    }
  };
  const before = subgraph.asked.length;
  expect(JSON.stringify(await ask({}).catch((error: unknown) => error))).toContain('over HTTP');
  expect(subgraph.asked.length).toBe(before);
  expect(await ask({ authorization: tokenOf({ id: 'auditor-region' }) })).toMatchObject({
    data: { a: { state: 'SPECIAL_PROCEDURE' } },
  });
  await at.close();
});

describe.skipIf('missing' in foundChromium)('the page in Chromium', () => {
  let browser: Browser;
  let at: Awaited<ReturnType<typeof openClockGateway>>['at'];
  beforeAll(async () => {
    browser = await openBrowser();
    ({ at } = await openClockGateway({
      yellow: answer(),
      red: answer({ standing: 'RED', promise: limit({ isOver: true, used: 12, left: 0 }) }),
    }));
  });
  afterAll(async () => {
    await browser?.close();
    await at?.close();
  });

  test('fetches nothing, runs nothing, complains of nothing, and is legible on a telephone in light and dark', async () => {
    const { origin } = new URL(at.url);
    for (const path of ['yellow', 'red'])
      for (const colorScheme of ['light', 'dark'] as const) {
        const options = { viewport: { width: 360, height: 740 }, colorScheme };
        const { page, requests, complaints } = await openPage(browser, `${origin}/clock/${path}`, options);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(await page.evaluate('document.scripts.length')).toBe(0);
        expect(await faintTexts(page)).toEqual([]);
        expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
        expect(await page.getByRole('meter').count()).toBe(2);
        expect(requests.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([`${origin}/clock/${path}`]);
        expect(complaints.filter((said) => !said.includes('favicon'))).toEqual([]);
        if (process.env.CLOCK_PICTURES)
          await page.screenshot({ path: `${process.env.CLOCK_PICTURES}/${path}-${colorScheme}.png`, fullPage: true });
        await page.context().close();
      }
  });
});
