/** Where the token is kept: in this tab, until it closes. */
const KEPT_AS = 'gnomon-token';

/** The token, or an empty text. */
export const keptToken = () => sessionStorage.getItem(KEPT_AS) ?? '';
/** Keeps a token; an empty text forgets it. */
export function keepToken(token) {
  if (token) sessionStorage.setItem(KEPT_AS, token.replace(/^Bearer\s+/i, ''));
  else sessionStorage.removeItem(KEPT_AS);
}

/** What a token says of its holder, unverified, for display only; null where it is no JWT. */
export function claimsOf(token) {
  try {
    const bytes = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0))));
  } catch {
    return null;
  }
}

const authorization = (token) => (token ? `Bearer ${token}` : undefined);

/** Asks the graph. Gives `{ data, errors }`, also for refusals. @throws {Error} when the hub cannot be reached or answers something else. */
export async function ask(query, variables = {}, token = keptToken()) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };
  if (token) headers.authorization = authorization(token);
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** Endings after which the same subscription goes on from its cursor. */
const RESUMABLE = new Set(['LAGGED', 'SCHEMA_CHANGED', 'UPSTREAM_LOST', 'GATEWAY_CLOSING']);

/**
 * A subscription that outlives its connection: after a cut it continues behind the last cursor.
 *
 *   connecting ──ack──► live ──complete──► ended
 *       ▲                 │  ──refused───► refused
 *       └──── waiting ◄───┘ cut
 *
 * `onState(state, detail)` and `onEvent(payload)` tell; `stop()` ends, `cut()` breaks the connection as a network would.
 */
export function openLive({ query, variables, after, onState, onEvent }) {
  let cursor = after ?? null;
  let socket = null;
  let waitMs = FIRST_WAIT_MS;
  let timer = 0;
  let isOver = false;
  const end = (state, detail) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket?.close(1000);
    onState(state, detail);
  };
  const again = () => {
    if (isOver) return;
    onState('waiting', cursor);
    timer = setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };
  const take = {
    connection_ack(own) {
      onState('live', cursor);
      const extensions = cursor === null ? {} : { extensions: { after: cursor } };
      own.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables, ...extensions } }));
    },
    next(_own, { payload }) {
      waitMs = FIRST_WAIT_MS;
      cursor = payload.extensions?.cursor ?? cursor;
      onEvent(payload, cursor);
    },
    error(own, { payload }) {
      if (cursor !== null && RESUMABLE.has(payload[0]?.extensions?.code)) own.close(1000);
      else end('refused', payload);
    },
    complete: () => end('ended'),
    ping: (own) => own.send('{"type":"pong"}'),
  };
  function connect() {
    onState('connecting', cursor);
    const address = new URL('/graphql', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const own = new WebSocket(address, 'graphql-transport-ws');
    socket = own;
    const payload = keptToken() ? { authorization: authorization(keptToken()) } : {};
    own.onopen = () => own.send(JSON.stringify({ type: 'connection_init', payload }));
    own.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (socket === own && !isOver) take[message.type]?.(own, message);
    };
    own.onclose = ({ code, reason }) => {
      if (socket !== own || isOver) return;
      if (code >= 4400 && code < 4500) end('refused', [{ message: reason, extensions: { code: `CLOSED_${code}` } }]);
      else again();
    };
  }
  connect();
  return {
    stop: () => end('stopped'),
    cut: () => socket?.close(1000),
    get cursor() {
      return cursor;
    },
  };
}
