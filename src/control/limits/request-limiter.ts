import { addressGroup } from '../../base/address-group.js';
import type { LimitBook } from './limit-book.js';
import { SlidingMinute } from './sliding-minute.js';

export interface LimitedCall {
  /** The IP address that the request comes from. */
  readonly address: string;
  /** Undefined for a call of which nobody knows who makes it. */
  readonly principal?: { readonly id: string } | undefined;
}

export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly retryAfterSeconds: number };

export interface RequestLimiterOptions {
  readonly limits: Pick<LimitBook, 'of'>;
  /** For principals without a limit of their own; undefined: no limit. */
  readonly requestsPerMinute?: number | undefined;
  /** For all calls from one address of which nobody knows who makes them. */
  readonly unknownPerMinute: number;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Limits requests per minute: of a principal, or of an address where there is none. What is not admitted does not count. */
export class RequestLimiter {
  private readonly minute: SlidingMinute;

  constructor(private readonly options: RequestLimiterOptions) {
    this.minute = new SlidingMinute(options.now ?? Date.now);
  }

  /** Throws STORE_UNAVAILABLE and STORE_FAILED when the limits cannot be read. */
  async admit({ address, principal }: LimitedCall): Promise<Admission> {
    if (principal === undefined) {
      return toAdmission(this.minute.enter(`address ${addressGroup(address)}`, this.options.unknownPerMinute));
    }
    const own = await this.options.limits.of(principal.id);
    const most = own.requestsPerMinute ?? this.options.requestsPerMinute;
    return toAdmission(most === undefined ? undefined : this.minute.enter(`principal ${principal.id}`, most));
  }
}

function toAdmission(retryAfterSeconds: number | undefined): Admission {
  return retryAfterSeconds === undefined ? { admitted: true } : { admitted: false, retryAfterSeconds };
}
