import { type Assertions, gateAudience } from '@gnomon/identity';
import { Client, type Dispatcher } from 'undici';

/** A subgraph's door for a gateway that runs alone. */
export interface Door {
  /** Name of the subgraph. */
  readonly name: string;
  /** Its GraphQL address; the door is on the same server. */
  readonly url: string;
}

/** One request through a door, signed by the gateway. @throws {Error} when it cannot be reached, and for every status but 200. */
export type Knock = (
  door: Door,
  request: { readonly path: string; readonly body?: unknown; readonly signal: AbortSignal; readonly silenceMs: number },
) => Promise<Dispatcher.ResponseData['body']>;

/** Requests under the secret that gateway and subgraphs share; a connection each, since they are few and one of them never ends. */
export function knockWith(assertions: Pick<Assertions, 'sign'>): Knock {
  return async (door, { path, body, signal, silenceMs }) => {
    const token = await assertions.sign(null, gateAudience(door.name), 'gate');
    const client = new Client(new URL(door.url).origin, { headersTimeout: silenceMs, bodyTimeout: silenceMs });
    const close = (): void => void client.destroy();
    const response = await client
      .request({
        path,
        signal,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .catch((cause: unknown) => {
        close();
        throw cause;
      });
    response.body.once('close', close);
    if (response.statusCode === 200) return response.body;
    const text = await response.body.text();
    throw new DoorRefused(door.name, response.statusCode, text.slice(0, 200));
  };
}

/** A subgraph answered, and not as it was asked. */
export class DoorRefused extends Error {
  readonly status: number;
  constructor(name: string, status: number, text: string) {
    super(`subgraph ${name}: status 200 was expected of its door for the gateway, ${status} came (${text})`);
    this.name = 'DoorRefused';
    this.status = status;
  }
}
