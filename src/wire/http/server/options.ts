import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ResultStore } from '../../../results/open-result-store.js';
import type { HttpServices } from '../contract/http-services.js';

export interface HttpServerOptions extends Partial<HttpLimits> {
  readonly services: HttpServices;
  /** Owned by the caller, and to be closed after the server. */
  readonly results: ResultStore;
  readonly log: Logger;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Shown in the OpenAPI document. */
  readonly version: string;
  /** Where other modules have put their metrics; /metrics shows them with those of the server. */
  readonly metrics?: Registry;
  /** Whether /metrics is for everybody, and not only for administrators. */
  readonly openMetrics?: boolean;
  /** Whether the last address of X-Forwarded-For is believed, because a proxy of our own has added it. */
  readonly trustProxy?: boolean;
}

export interface HttpLimits {
  readonly bodyBytes: number;
  /** For the headers of a request, and for connections that send nothing at all. */
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** For the next request on a connection. */
  readonly idleTimeoutMs: number;
  /** A client that does not take a piece of an answer (64 KiB) for so long is cut off. */
  readonly stallTimeoutMs: number;
  /** When the server closes: how long requests may take to finish before they are cancelled. */
  readonly graceMs: number;
  readonly maxConnections: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  stallTimeoutMs: 30_000,
  graceMs: 20_000,
  maxConnections: 20_000,
};
