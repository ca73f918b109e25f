import type { HttpMetrics } from '../server/metrics.js';
import type { HttpLimits, HttpServerOptions } from '../server/options.js';

/** What routes work with. */
export interface RouteContext
  extends Pick<HttpServerOptions, 'services' | 'results' | 'version' | 'openMetrics'>,
    Pick<HttpLimits, 'stallTimeoutMs'> {
  readonly metrics: HttpMetrics;
  readonly isClosing: () => boolean;
}
