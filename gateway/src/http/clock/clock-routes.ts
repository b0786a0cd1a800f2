import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { EdgeResult } from '../../types.ts';
import type { Rate } from '../rate.ts';
import type { ClockAnswer } from './clock-answer.ts';
import { awayPage, CLOCK_POLICY, clockPage, noClockPage, tooOftenPage } from './clock-page.ts';

/** What the page of the citizen's clock needs of the gateway. */
export interface ClockPorts {
  readonly rate: Rate;
  readonly log: Logger;
  /** Asks the graph for a link, for nobody in particular. */
  ask(link: string): Promise<EdgeResult>;
}

/**
 * `GET /clock/<link>`: a page without scripts for whoever has the link. Everything below `/clock/` takes this one path, whatever is wrong
 * with it, and no line of the log says what was asked: the address is the password.
 */
export function clockRoutes(app: FastifyInstance, { ask, rate, log }: ClockPorts): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (!rate.admits(request.ip)) return send(reply.header('retry-after', '60'), 429, tooOftenPage());
    const { data, errors } = await ask(linkOf(request));
    const clock = (data?.citizenClock ?? null) as ClockAnswer | null;
    if (clock !== null) return send(reply, 200, clockPage(clock));
    return errors === undefined ? send(reply, 404, noClockPage()) : send(reply, 503, awayPage());
  };
  app.get('/clock/*', { logLevel: 'silent' }, async (request, reply) => {
    try {
      return await answer(request, reply);
    } catch (error) {
      log.error({ err: error }, "the citizen's clock could not be shown; the page says to come back later");
      return send(reply, 503, awayPage());
    }
  });
}

function linkOf(request: FastifyRequest): string {
  const link = (request.params as Readonly<Record<string, string>>)['*'] ?? '';
  return link.length > 200 ? '' : link;
}

function send(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', CLOCK_POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('x-robots-tag', 'noindex, nofollow')
    .send(page);
}
