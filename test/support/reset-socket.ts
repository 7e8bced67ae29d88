import type { Socket } from 'node:net';

/**
 * Resets a connection. One whose own end is on its way is closed instead: Node refuses to reset it then (`EINVAL`), and
 * leaves its handle open for ever.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
