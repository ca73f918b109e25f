import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ResultStore } from '../../../results/open-result-store.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** What the server counts, by endpoint and status alone: nothing that a client sends becomes a label. */
export class HttpMetrics {
  private readonly own = new Registry();
  private readonly requests = new Counter({
    name: 'headgate_http_requests_total',
    help: 'Requests that have ended; status 499 where the client had gone.',
    labelNames: ['endpoint', 'status'],
    registers: [this.own],
  });
  private readonly durations = new Histogram({
    name: 'headgate_http_request_seconds',
    help: 'From the headers of a request to the end of its answer.',
    labelNames: ['endpoint'],
    buckets: SECONDS,
    registers: [this.own],
  });

  /** `others` has the metrics of other modules; those of the process are collected here. */
  constructor(
    sources: { readonly requestsUnderWay: () => number; readonly results: ResultStore },
    private readonly others: Registry | undefined,
  ) {
    collectDefaultMetrics({ register: this.own });
    this.gauge('headgate_http_requests_in_flight', 'Requests under way.', sources.requestsUnderWay);
    this.gauge(
      'headgate_kept_results',
      'Statements at work and results that are kept.',
      () => sources.results.size.results,
    );
    this.gauge('headgate_kept_result_bytes', 'Rows that are kept.', () => sources.results.size.totalBytes);
  }

  count(endpoint: string, status: number, ms: number): void {
    this.requests.inc({ endpoint, status });
    this.durations.observe({ endpoint }, ms / 1000);
  }

  get contentType(): string {
    return this.own.contentType;
  }

  async text(): Promise<string> {
    const all = this.others === undefined ? this.own : Registry.merge([this.own, this.others]);
    return all.metrics();
  }

  private gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.own], collect: () => gauge.set(read()) });
  }
}
