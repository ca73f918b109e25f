import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/**
 * The body of a long answer, as a stream at the pace of the client. A client that does not take a piece in time is cut off;
 * destroying the stream before its end breaks the connection, so that no client takes half an answer for a whole one.
 */
export class ResponseBody extends Writable {
  /** Whether the client was cut off. */
  isStalled = false;
  private readonly response: ServerResponse;

  /** Sends the headers that the reply has, with status 200. From here on the reply is not Fastify's any more. */
  constructor(
    reply: FastifyReply,
    private readonly stallTimeoutMs: number,
  ) {
    super({ highWaterMark: 1, decodeStrings: false });
    this.response = reply.raw;
    reply.hijack();
    this.response.once('close', () => this.destroy());
    if (this.response.destroyed) this.destroy();
    else this.response.writeHead(200, headersOf(reply));
  }

  override _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.inTime(done, (passed) => this.response.write(chunk, encoding, passed));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.inTime(done, (passed) => this.response.end(passed));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.response.writableFinished) {
      // A reset, and not an orderly end: to HTTP/1.0, which many proxies speak, an orderly end means that the answer is whole.
      this.response.socket?.resetAndDestroy();
      this.response.destroy();
    }
    done(error);
  }

  private inTime(done: (error?: Error | null) => void, send: (passed: (error?: Error | null) => void) => void): void {
    const timer = setTimeout(() => {
      this.isStalled = true;
      this.destroy();
    }, this.stallTimeoutMs);
    send((error) => {
      clearTimeout(timer);
      done(error);
    });
  }
}

function headersOf(reply: FastifyReply): Record<string, string | string[]> {
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  return Object.fromEntries(headers.map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]));
}
