import type { Principal } from '../../access/principal.js';
import type { RequestHead } from '../../identity/signature/signature-verifier.js';

/** Who asks, and by which request. */
export interface EndpointCaller {
  readonly principal: Principal;
  readonly requestId: string;
  /** The address that the request comes from. */
  readonly address: string;
}

/** An answer of DynamoDB, error or not, to be given to the client as it is. */
export interface ForwardedAnswer {
  readonly status: number;
  /** Names in lower case. `content-type`, `x-amzn-requestid` and `x-amz-crc32` are relayed, and made where they are missing. */
  readonly headers: Readonly<Record<string, string>>;
  /** Not compressed. */
  readonly body: Uint8Array;
}

/**
 * Decides on a call, and sends it to DynamoDB. `verb` is one of those that `access` knows, and `body` is JSON text of one
 * object, in which no name stands twice. Throws HeadgateError, which the endpoint shows in AWS's own types.
 */
export type Forward = (
  caller: EndpointCaller,
  verb: string,
  body: Buffer,
  // The four are one call, in the order in which they become known; this is aborted when nobody waits for the answer.
  signal: AbortSignal,
) => Promise<ForwardedAnswer>;

/** Tells who signed a request; `identity` does. Throws SignatureRefused. */
export interface Signatures {
  begin(head: RequestHead): Promise<{ finish(payloadHash: string): Promise<Principal> }>;
}

export interface EndpointOptions extends Partial<EndpointLimits> {
  readonly signatures: Signatures;
  readonly forward: Forward;
  /** `127.0.0.1` by default: the protocol is not encrypted here. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Told of every request once it has ended, for log and metrics. */
  readonly onEnd?: (record: EndpointRecord) => void;
}

/** How one request ended. It holds nothing that is secret. */
export interface EndpointRecord {
  readonly requestId: string;
  readonly address: string;
  /** Undefined where it was not known. */
  readonly verb: string | undefined;
  readonly principalId: string | undefined;
  /** 499 when the client left before its answer. */
  readonly status: number;
  /** What it failed of here; undefined for errors of DynamoDB itself, which are relayed. */
  readonly error: unknown;
  readonly ms: number;
}

export interface EndpointLimits {
  /** Of one body. DynamoDB takes 16 MB in a batch, counted without the JSON around it. */
  readonly bodyBytes: number;
  /** Of all bodies that are held at once. */
  readonly heldBytes: number;
  /** For the headers of a request, and for connections that send nothing at all. */
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** For the next request on a connection. */
  readonly idleTimeoutMs: number;
  /** A client that takes nothing of its answer for so long is cut off. */
  readonly stallTimeoutMs: number;
  /** When the endpoint closes: how long requests may take to finish before they are cancelled. */
  readonly graceMs: number;
  readonly maxConnections: number;
}

export const DEFAULT_LIMITS: EndpointLimits = {
  bodyBytes: 17 * 2 ** 20,
  heldBytes: 256 * 2 ** 20,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 65_000,
  stallTimeoutMs: 30_000,
  graceMs: 20_000,
  maxConnections: 5_000,
};

export interface DynamodbEndpoint {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Takes no more requests, and resolves when those under way have ended, or were cancelled after the grace. */
  close(): Promise<void>;
}
