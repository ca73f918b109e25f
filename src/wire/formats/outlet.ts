import type { Writable } from 'node:stream';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** Whoever reads the stream has left: `headgate query ... | head` or a browser that was closed. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET', 'ECANCELED', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The reader of the stream wants no more rows. Not an error for the user: never leaves this folder. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/**
 * A stream that somebody else owns, for one writer that does one thing at a time. Both `write` and `whileOpen` end with
 * ReaderGone as soon as the stream closes, and with FILE_ERROR when it fails for another reason such as a full disk.
 */
export class Outlet {
  readonly #stream: Writable;
  #ended: Error | undefined;
  #interrupt: ((reason: Error) => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', this.#onError);
    stream.on('close', this.#onClose);
    if (stream.destroyed) this.#end(new ReaderGone());
  }

  /** Resolves when the stream has passed the chunk on, so no more than one chunk ever waits in it. */
  write(chunk: string | Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const passedOn = new Promise<void>((resolve, reject) => {
      this.#stream.write(chunk, (error) => (error ? reject(this.#end(meaningOf(error))) : resolve()));
    });
    return this.whileOpen(passedOn);
  }

  /** The outcome of `work`, unless the stream ends first; then the work's own outcome is ignored. */
  async whileOpen<T>(work: Promise<T>): Promise<T> {
    // One promise per wait: races against a single lasting one would keep every outcome in memory until the end.
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject;
      if (this.#ended !== undefined) reject(this.#ended);
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** Stops watching. A stream that failed stays watched: its 'error' event may still be under way, and nobody else listens. */
  release(): void {
    if (this.#ended !== undefined) return;
    this.#stream.off('error', this.#onError);
    this.#stream.off('close', this.#onClose);
  }

  readonly #onError = (error: Error): void => {
    this.#end(meaningOf(error));
  };

  readonly #onClose = (): void => {
    this.#end(new ReaderGone());
  };

  /** Remembers the first reason, ends what is waited for, and returns that reason. */
  #end(reason: Error): Error {
    this.#ended ??= reason;
    this.#interrupt?.(this.#ended);
    return this.#ended;
  }
}

function meaningOf(error: Error & { readonly code?: unknown }): Error {
  if (typeof error.code === 'string' && READER_GONE.has(error.code)) return new ReaderGone();
  return new HeadgateError('FILE_ERROR', 'The rows could not be written to the output.', {
    detail: error.message,
    hint: 'Check that the output is writable and has room, then run the statement again.',
    cause: error,
  });
}
