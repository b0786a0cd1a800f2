import { Readable } from 'node:stream';
import { writeEntry, writeHead } from '@gnomon/acts';
import { may, type Viewer } from '@gnomon/identity';
import { type OpenSubgraph, type Ports, type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import { entriesAfter, headsAfter, openLog } from '../store/acts.ts';
import { takeExport } from './exports.ts';
import { mayReadLog } from './may-read-log.ts';

type App = Parameters<NonNullable<OpenSubgraph<object>['routes']>>[0];
type Reply = { code(status: number): Reply; send(body: unknown): Reply; header(name: string, value: string): Reply };
type LogPorts = Pick<Ports, 'database' | 'time'>;

const BATCH = 2_000;
const STATUS = {
  ActInputRefused: 413,
  ActNotAllowed: 403,
  ActNotFound: 404,
  ActStateRefused: 409,
  ActKeysMissing: 503,
};
const NOBODY = { all: false, divisions: [], agencies: [], sources: [] };

/** `GET /supervision/acts.ndjson`: the whole log with its heads. `GET /supervision/exports/<id>`: an approved export, once. */
export function actRoutes(
  app: App,
  authenticate: (authorization: string | undefined) => Promise<RequestContext>,
  ports: LogPorts,
): void {
  const signedIn = async (authorization: string | undefined): Promise<SignedIn | Error> => {
    const context = await authenticate(authorization).catch((error: unknown) => error as Error);
    if (context instanceof Error) return context;
    return context.viewer === null ? new Error('Not signed in; send a bearer token.') : (context as SignedIn);
  };

  app.get('/supervision/acts.ndjson', async (request, reply) => {
    const context = await signedIn(request.headers.authorization);
    if (context instanceof Error) return unauthenticated(reply, context);
    if (!mayReadLog(context.viewer))
      return refused(
        reply,
        403,
        'FORBIDDEN',
        '只有审计管理员和自治区审计人员可以导出行为日志。',
        'The log is for the audit administrator and the auditor of the region.',
      );
    const at = ports.time.now();
    await ports.database.transaction((tx) => recordAct(tx, { kind: 'LOG_EXPORTED', by: context.viewer, at }));
    reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    reply.header(
      'content-disposition',
      `attachment; filename="acts-${new Date(at).toISOString().slice(0, 10)}.ndjson"`,
    );
    return reply.send(Readable.from(logLines(ports)));
  });

  app.get('/supervision/exports/:id', async (request, reply) => {
    const context = await signedIn(request.headers.authorization);
    if (context instanceof Error) return unauthenticated(reply, context);
    if (!may(context.viewer, 'READ_CARDS'))
      return refused(reply, 403, 'FORBIDDEN', '当前角色不能取用导出文件。', 'This role takes no exports.');
    const { id } = request.params as { readonly id: string };
    const taken = await takeExport(ports, context, id);
    if (taken.__typename !== 'TakenExport')
      return refused(reply, STATUS[taken.__typename], taken.__typename, taken.message.zh, taken.message.en);
    const { name, contentType, text } = taken.file;
    reply.header('content-type', contentType).header('content-disposition', `attachment; filename="${name}"`);
    return reply.send(text);
  });
}

type SignedIn = RequestContext & { readonly viewer: Viewer };

/** Batch by batch: entries first, then the heads; what is appended meanwhile may or may not be in it. */
async function* logLines({ database }: LogPorts): AsyncGenerator<string, void, void> {
  const read = <Row>(work: Parameters<typeof database.asViewer<readonly Row[]>>[1]) =>
    database.asViewer(NOBODY, async (tx) => {
      await openLog(tx);
      return work(tx);
    });
  let last = 0;
  for (;;) {
    const entries = await read((tx) => entriesAfter(tx, last, BATCH));
    if (entries.length === 0) break;
    last = entries.at(-1)!.sequence;
    yield entries.map(writeEntry).join('');
  }
  for (let number = 0; ; ) {
    const heads = (await read((tx) => headsAfter(tx, number, BATCH))).filter(({ sequence }) => sequence <= last);
    if (heads.length === 0) return;
    number = heads.at(-1)!.number;
    yield heads.map(writeHead).join('');
  }
}

function unauthenticated(reply: Reply, { message }: Error): Reply {
  return refused(reply, 401, 'UNAUTHENTICATED', '未登录或令牌无效，请附上令牌。', message);
}

function refused(reply: Reply, status: number, code: string, zh: string, en: string): Reply {
  return reply.code(status).send({ code, message: { zh, en } });
}
