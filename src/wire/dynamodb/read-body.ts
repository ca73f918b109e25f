import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { AwsError } from './aws-error.js';
import type { EndpointLimits } from './endpoint.js';
import { TOO_LARGE, UNAVAILABLE } from './error-types.js';

export interface ReadBody {
  readonly bytes: Buffer;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
  /** To be called once nobody needs the bytes any more. */
  release(): void;
}

/** Reads the bodies of requests, and knows how much of them is held at once. */
export class BodyReader {
  private held = 0;

  constructor(private readonly limits: Pick<EndpointLimits, 'bodyBytes' | 'heldBytes'>) {}

  /** Throws RequestEntityTooLargeException (413) and ServiceUnavailableException, once the client has sent all. */
  async read(request: IncomingMessage): Promise<ReadBody> {
    const { bodyBytes, heldBytes } = this.limits;
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let length = 0;
    let refusal: AwsError | undefined;
    const release = (): void => {
      this.held -= length;
      length = 0;
    };
    try {
      await eachChunk(request, bodyBytes, (chunk, total) => {
        if (refusal !== undefined) return;
        if (total > bodyBytes) refusal = tooLarge(bodyBytes);
        else if (this.held + chunk.length > heldBytes) refusal = tooMany();
        if (refusal !== undefined) {
          chunks.length = 0;
          release();
          return;
        }
        chunks.push(chunk);
        hash.update(chunk);
        length += chunk.length;
        this.held += chunk.length;
      });
      if (refusal !== undefined) throw refusal;
    } catch (error) {
      release();
      throw error;
    }
    return {
      bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
      hash: hash.digest('hex'),
      release,
    };
  }

  /** Lets a body pass, so that the client reads why it was refused and not that its connection broke. */
  async discard(request: IncomingMessage): Promise<void> {
    await eachChunk(request, this.limits.bodyBytes, () => undefined);
  }
}

/** How much more than a body may have is read for that: beyond, the connection is broken. */
const PATIENCE = 4;

/** Throws when the client leaves in the middle, or sends too much for any answer. */
function eachChunk(
  request: IncomingMessage,
  bodyBytes: number,
  onChunk: (chunk: Buffer, total: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The client may have left before anybody began to read; then there are no more events to wait for.
    if (request.destroyed) reject(gone());
    let total = 0;
    request.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (total > PATIENCE * bodyBytes) request.destroy(tooLarge(bodyBytes));
      else onChunk(chunk, total);
    });
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => {
      if (!request.readableEnded) reject(gone());
    });
  });
}

function gone(): HeadgateError {
  return new HeadgateError('CANCELLED', 'The client closed the connection.');
}

function tooLarge(bodyBytes: number): AwsError {
  return new AwsError(TOO_LARGE, `The body of the request is larger than ${bodyBytes} bytes.`);
}

function tooMany(): AwsError {
  return new AwsError(UNAVAILABLE, 'The gateway holds too many large requests at this moment; try again.');
}
