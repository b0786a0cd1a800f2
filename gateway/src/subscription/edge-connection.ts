import { GraphQLError } from 'graphql';
import { CloseCode, MessageType, type SubscribeMessage, validateMessage } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { EdgeContext, EdgeRequest, EdgeResult } from '../types.ts';
import type { Ending } from './endings.ts';
import { suffixOf } from './frame.ts';
import { type FrameSocket, frameSocket } from './frame-socket.ts';
import type { FrameSink, Reader } from './pipeline.ts';

/** What a connection asks of the gateway. */
export interface ConnectionPorts {
  /** @throws {GraphQLError} that says why: the connection closes with 4403; with 4500 for anything else. */
  signIn(authorization: string | undefined): Promise<EdgeContext>;
  /** Refuses a connection too many; gives what releases it. */
  admit(context: EdgeContext): { readonly refused: string } | { release(): void };
  /** Payload of the acknowledgement. */
  acknowledgement(context: EdgeContext): Promise<Record<string, unknown>>;
  /** Joins a subscription, or answers a query or mutation once. */
  operate(request: EdgeRequest, context: EdgeContext, sink: FrameSink): Promise<Reader | EdgeResult>;
  /** An operation failed by a bug: logs it, and gives what the client may know. */
  failed(error: unknown): { readonly message: string };
  onSubscriptions(change: number): void;
  /** Whether the viewer's account was locked or its token ended since it signed in. */
  isEnded(context: EdgeContext): boolean;
  readonly initTimeoutMs: number;
  now(): number;
}
/** Longest delay of a timer; a later expiry is armed again then. */
const MAX_TIMER_MS = 2_147_483_647;
const MAX_REASON_BYTES = 120;

type State = 'opened' | 'signing-in' | 'acknowledged' | 'closed';

/**
 * One WebSocket speaking graphql-transport-ws.
 *
 *   opened ──connection_init──► signing-in ──► acknowledged ──subscribe/complete──► …
 *      └─ no init in time: 4408      └─ refused: 4403     └─ token expired or ended: 4403
 *
 * Whatever else comes is answered by a close code that names it: 4400 no message of the protocol, 4401 subscribed too early,
 * 4409 an id in use, 4429 a second init.
 */
export class EdgeConnection {
  readonly #webSocket: WebSocket;
  readonly #ports: ConnectionPorts;
  /** One slot a subscription; its reader comes when the operation is planned. An id may be used again meanwhile. */
  readonly #slots = new Map<string, { reader: Reader | null }>();
  readonly #frames: FrameSocket;
  #authorization: string | undefined;
  #state: State = 'opened';
  #context: EdgeContext | null = null;
  #timer: NodeJS.Timeout | undefined;
  #release: (() => void) | null = null;
  isAlive = true;

  /** `authorization` is the header of the upgrade; the payload of `connection_init` wins over it. */
  constructor(webSocket: WebSocket, authorization: string | undefined, ports: ConnectionPorts) {
    this.#webSocket = webSocket;
    this.#ports = ports;
    this.#authorization = authorization;
    this.#frames = frameSocket(webSocket, () => {
      for (const { reader } of this.#slots.values()) reader?.resume();
    });
    this.#timer = setTimeout(
      () => this.#close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      ports.initTimeoutMs,
    );
    webSocket.on('message', (data) => this.#receive(String(data)));
    webSocket.on('pong', () => {
      this.isAlive = true;
    });
    // `ws` closes with the code that belongs to the fault (1002, 1007, 1009); without a listener the fault would end the process.
    webSocket.on('error', () => {});
    webSocket.on('close', () => this.#closed());
  }

  /** Ends the connection, for example at a shutdown. */
  close(code: number, reason: string): void {
    this.#close(code, reason);
  }

  /** Ends the connection when its viewer may be here no longer, as expiry does. */
  closeIfEnded(): void {
    if (this.#context && this.#ports.isEnded(this.#context)) this.#close(CloseCode.Forbidden, 'token ended');
  }

  #receive(text: string): void {
    this.isAlive = true;
    let message: ReturnType<typeof validateMessage>;
    try {
      message = validateMessage(JSON.parse(text));
    } catch (error) {
      this.#close(CloseCode.BadRequest, `Invalid message received: ${(error as Error).message}`);
      return;
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        void this.#signIn(message.payload);
        return;
      case MessageType.Ping:
        this.#send({ type: MessageType.Pong, ...(message.payload ? { payload: message.payload } : {}) });
        return;
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        void this.#subscribe(message);
        return;
      case MessageType.Complete:
        this.#forget(message.id);
        return;
      default:
        this.#close(CloseCode.BadRequest, `Unexpected message of type ${message.type} received`);
        return;
    }
  }

  async #signIn(payload: unknown): Promise<void> {
    if (this.#state !== 'opened') {
      this.#close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    this.#state = 'signing-in';
    clearTimeout(this.#timer);
    try {
      const context = await this.#ports.signIn(authorizationOf(payload) ?? this.#authorization);
      this.#authorization = undefined;
      if (this.#isClosed()) return;
      const admission = this.#ports.admit(context);
      if ('refused' in admission) {
        this.#close(CloseCode.Forbidden, admission.refused);
        return;
      }
      this.#release = admission.release;
      this.#context = context;
      this.#armExpiry();
      const acknowledgement = await this.#ports.acknowledgement(context);
      // It may have been ended while it signed in, before it could be heard of here.
      this.closeIfEnded();
      if (this.#isClosed()) return;
      this.#state = 'acknowledged';
      this.#send({ type: MessageType.ConnectionAck, payload: acknowledgement });
    } catch (error) {
      if (error instanceof GraphQLError) this.#close(CloseCode.Forbidden, error.message);
      else this.#close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  #armExpiry(): void {
    const expiresAt = this.#context?.viewer?.expiresAt;
    if (expiresAt === undefined) return;
    const left = expiresAt - this.#ports.now();
    if (left <= 0) {
      this.#close(CloseCode.Forbidden, 'token expired');
      return;
    }
    this.#timer = setTimeout(() => this.#armExpiry(), Math.min(left, MAX_TIMER_MS));
    this.#timer.unref();
  }

  async #subscribe({ id, payload }: SubscribeMessage): Promise<void> {
    const context = this.#context;
    if (this.#state !== 'acknowledged' || !context) {
      this.#close(CloseCode.Unauthorized, 'Unauthorized');
      return;
    }
    if (this.#slots.has(id)) {
      this.#close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
      return;
    }
    const slot: { reader: Reader | null } = { reader: null };
    this.#slots.set(id, slot);
    this.#ports.onSubscriptions(1);
    const isWanted = () => this.#slots.get(id) === slot;
    const end = (ending: Ending) => {
      if (isWanted()) this.#end(id, ending);
    };
    try {
      const opened = await this.#ports.operate(payload, context, new SubscriptionSink(this.#frames, suffixOf(id), end));
      // The client may have completed, the socket closed or the pipeline ended while the operation was planned.
      if (!isWanted()) {
        if ('leave' in opened) opened.leave();
      } else if ('leave' in opened) slot.reader = opened;
      else this.#answerOnce(id, opened);
    } catch (error) {
      end([this.#ports.failed(error)]);
    }
  }

  #answerOnce(id: string, result: EdgeResult): void {
    // An operation that never began ends with `error`; one that ran gives its answer.
    if (result.data === undefined) {
      this.#end(id, (result.errors ?? []) as Ending);
      return;
    }
    this.#send({ id, type: MessageType.Next, payload: result });
    this.#end(id, null);
  }

  #end(id: string, ending: Ending): void {
    this.#forget(id);
    if (ending === null) this.#send({ id, type: MessageType.Complete });
    else this.#send({ id, type: MessageType.Error, payload: ending });
  }

  #forget(id: string): void {
    const slot = this.#slots.get(id);
    if (!slot) return;
    this.#slots.delete(id);
    this.#ports.onSubscriptions(-1);
    slot.reader?.leave();
  }

  #send(message: unknown): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(JSON.stringify(message));
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #close(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#closed();
    this.#webSocket.close(code, cutReason(reason));
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    for (const id of [...this.#slots.keys()]) this.#forget(id);
    this.#release?.();
    this.#release = null;
  }
}

/** One subscription's end of a pipeline: the connection's socket and the subscription's id. */
class SubscriptionSink implements FrameSink {
  readonly #frames: FrameSocket;
  readonly #suffix: Buffer;
  readonly #onEnd: (ending: Ending) => void;

  constructor(frames: FrameSocket, suffix: Buffer, onEnd: (ending: Ending) => void) {
    this.#frames = frames;
    this.#suffix = suffix;
    this.#onEnd = onEnd;
  }
  get isReady(): boolean {
    return this.#frames.isReady;
  }
  write(frame: Parameters<FrameSink['write']>[0]): void {
    this.#frames.write(frame, this.#suffix);
  }
  end(ending: Ending): void {
    this.#onEnd(ending);
  }
}

/** `authorization` of the payload itself or of its `headers`, in any case of letters. */
function authorizationOf(payload: unknown): string | undefined {
  for (const holder of [payload, (payload as { headers?: unknown } | undefined)?.headers]) {
    if (typeof holder !== 'object' || holder === null) continue;
    for (const [name, value] of Object.entries(holder)) {
      if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value;
    }
  }
  return undefined;
}

/** A close frame holds 123 bytes of reason. */
function cutReason(reason: string): string {
  const bytes = Buffer.from(reason);
  return bytes.length <= MAX_REASON_BYTES
    ? reason
    : `${bytes
        .subarray(0, MAX_REASON_BYTES - 6)
        .toString()
        .replace(/�+$/, '')}…`;
}
