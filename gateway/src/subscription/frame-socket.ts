import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { type Frame, wireBytes } from './frame.ts';

/** What `ws` keeps of the connection below it. */
interface WithSocket {
  readonly _socket: Socket | null;
}

/** Writes finished frames to a WebSocket, and says when its buffer has room. */
export interface FrameSocket {
  readonly isReady: boolean;
  write(frame: Frame, suffix: Buffer): void;
}

/**
 * Without compression `ws` writes each message to the socket at once, so a message that is already bytes can be written beside it:
 * one write of a shared buffer instead of a header, a copy and two writes. With an extension in use the message goes through `ws`.
 */
export function frameSocket(webSocket: WebSocket, onDrain: () => void): FrameSocket {
  const socket = (webSocket as unknown as WithSocket)._socket;
  const isRaw = webSocket.extensions === '' && socket !== null;
  socket?.on('drain', onDrain);
  return {
    get isReady() {
      return webSocket.readyState === webSocket.OPEN && socket !== null && !socket.writableNeedDrain;
    },
    write(frame, suffix) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (isRaw) socket.write(wireBytes(frame, suffix));
      else webSocket.send(Buffer.concat([frame.body, suffix]), { binary: false });
    },
  };
}
