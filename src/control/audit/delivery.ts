import { setTimeout as passTime } from 'node:timers/promises';
import { type AuditRecord, recordLine } from './audit-record.js';
import type { AuditSink, SinkReport } from './sink.js';

export interface DeliveryOptions {
  readonly sink: AuditSink;
  /** Records by their sequence numbers, from the store: those that are still there. */
  readonly reread: (sequences: readonly number[]) => Promise<readonly AuditRecord[]>;
  readonly onReport?: (report: SinkReport) => void;
  /** Characters of lines that are kept in memory; of further records only the numbers, and the store is asked for them. */
  readonly maxKept?: number;
  readonly maxWaiting?: number;
  /** Waits; ends early when the signal is aborted. */
  readonly pause?: (pauseMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Sends records to a sink, in order, each at least once, without ever making anybody wait for it. A sink that fails is tried
 * again, after a second first and after a minute at most.
 */
export class Delivery {
  private waiting: { readonly sequence: number; readonly line: string | undefined }[] = [];
  private kept = 0;
  private failures = 0;
  private lost = 0;
  private running: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private readonly options: DeliveryOptions & Required<Omit<DeliveryOptions, 'onReport'>>;

  constructor(options: DeliveryOptions) {
    this.options = { maxKept: 16_000_000, maxWaiting: 1_000_000, pause, ...options };
  }

  send(records: readonly AuditRecord[]): void {
    for (const record of records) {
      const line = this.kept < this.options.maxKept ? recordLine(record) : undefined;
      this.kept += line?.length ?? 0;
      this.waiting.push({ sequence: record.sequence, line });
    }
    this.lose(this.waiting.length - this.options.maxWaiting);
    this.running ??= this.run();
  }

  /** Sends what waits, but does not wait for a sink that fails or hangs; what it did not get is reported as lost. */
  async close(): Promise<void> {
    this.closing.abort();
    const sent = new AbortController();
    await Promise.race([this.running, this.options.pause(CLOSE_PATIENCE_MS, sent.signal)]);
    sent.abort();
    this.lose(this.waiting.length);
    await this.options.sink.close().catch((cause) => this.report(cause));
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      try {
        await this.sendNext();
        if (this.failures > 0) this.report(undefined, 0);
      } catch (cause) {
        this.report(cause, this.failures + 1);
        if (this.closing.signal.aborted) break;
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
        await this.options.pause(pauseMs, this.closing.signal);
      }
    }
    this.running = undefined;
  }

  private async sendNext(): Promise<void> {
    const batch = this.waiting.slice(0, BATCH);
    const gone = batch.flatMap(({ sequence, line }) => (line === undefined ? [sequence] : []));
    const reread = gone.length === 0 ? [] : await this.options.reread(gone);
    const found = new Map(reread.map((record) => [record.sequence, recordLine(record)]));
    const lines = batch.map(({ sequence, line }) => line ?? found.get(sequence) ?? '').join('');
    if (lines !== '') await this.options.sink.write(lines);
    // Others may have been added or lost meanwhile, but only this loop takes away what was sent.
    const last = batch.at(-1)?.sequence ?? 0;
    const sent = this.waiting.findIndex(({ sequence }) => sequence > last);
    this.remove(sent < 0 ? this.waiting.length : sent);
  }

  private lose(count: number): void {
    if (count <= 0) return;
    this.remove(count);
    this.lost += count;
    this.report(undefined);
  }

  private remove(count: number): void {
    for (const { line } of this.waiting.splice(0, count)) this.kept -= line?.length ?? 0;
  }

  private report(cause: unknown, failures = this.failures): void {
    this.failures = failures;
    const { sink, onReport } = this.options;
    const report = { sink: sink.name, failures, waiting: this.waiting.length, lost: this.lost };
    onReport?.(cause === undefined ? report : { ...report, cause });
  }
}

const BATCH = 500;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const CLOSE_PATIENCE_MS = 5_000;

async function pause(pauseMs: number, signal: AbortSignal): Promise<void> {
  await passTime(pauseMs, undefined, { signal, ref: false }).catch(() => {});
}
