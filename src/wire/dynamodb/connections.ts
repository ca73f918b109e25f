import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** A request between its arrival and the end of its answer. */
interface UnderWay {
  readonly controller: AbortController;
  end(): void;
}

/** The connections of a server and the requests under way on them, so that it can be closed without breaking any. */
export class Connections {
  private readonly sockets = new Map<Socket, Map<ServerResponse, UnderWay>>();
  private closing = false;

  get areClosing(): boolean {
    return this.closing;
  }

  add(socket: Socket): void {
    const requests = new Map<ServerResponse, UnderWay>();
    this.sockets.set(socket, requests);
    socket.once('close', () => {
      this.sockets.delete(socket);
      // Of requests that were sent one behind the other, the later have no response that would be closed.
      for (const { end } of requests.values()) end();
    });
  }

  /**
   * The signal of a request: aborted when its client goes before the answer, or when the server closes and cannot wait.
   * `onEnd` is called once, with whether the answer was sent to its end.
   */
  begin(response: ServerResponse, onEnd: (isAnswered: boolean) => void): AbortSignal {
    const { socket } = response.req;
    const requests = this.sockets.get(socket);
    const controller = new AbortController();
    let isAnswered = false;
    // Also said of bytes that were given up because the connection is gone.
    response.once('finish', () => {
      isAnswered = !socket.destroyed;
    });
    const end = (): void => {
      if (requests?.delete(response) !== true) return;
      if (!isAnswered) controller.abort(new HeadgateError('CANCELLED', 'The client closed the connection.'));
      onEnd(isAnswered);
      // It may have become idle after its client was told that it can stay.
      if (this.closing && requests.size === 0) socket.end();
    };
    requests?.set(response, { controller, end });
    // Whoever reads the body hears of it too; without this it would be an error that nobody handles.
    response.req.on('error', () => undefined);
    response.once('close', end);
    return controller.signal;
  }

  /** Lets the requests under way finish for so long, then cancels them, and then breaks their connections. */
  async close(server: Server, graceMs: number): Promise<void> {
    this.closing = true;
    const closed = once(server, 'close');
    server.close();
    for (const [socket, requests] of this.sockets) if (requests.size === 0) socket.destroy();
    const timers = [setTimeout(() => this.cancel(), graceMs), setTimeout(() => this.breakAll(), graceMs + CANCEL_MS)];
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }

  private cancel(): void {
    const reason = new HeadgateError('UNAVAILABLE', 'The gateway is shutting down.', { hint: 'Try again soon.' });
    for (const requests of this.sockets.values()) {
      for (const { controller } of requests.values()) controller.abort(reason);
    }
  }

  private breakAll(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }
}

/** For what was cancelled to be answered. */
const CANCEL_MS = 2_000;
