import type { TableReader } from '../../dynamodb/table-reader.js';
import { type Clock, systemClock } from './clock.js';
import { RateControl } from './rate-control.js';
import { steadyReader } from './steady-reader.js';
import { ThrottlingLog } from './throttling-log.js';

export interface RateOptions {
  /** Read units a second that may be spent on a table, and as many on each of its indexes; undefined: no limit. */
  readonly unitsPerSecond?: ((schema: string, table: string) => number | undefined) | undefined;
  readonly clock?: Clock;
}

/** How one statement reads: at the pace that it shares with all others, and with a record of its own. */
export interface SteadyReaders {
  readonly log: ThrottlingLog;
  readonly readerOf: (schema: string) => TableReader;
}

/** For a statement without a timeout: how long one of its requests may be refused in a row. */
const PATIENCE_MS = 20_000;

/** The rate controls of an engine: one per table and one per index, because a global index has throughput of its own. */
export class RateControls {
  private readonly byPlace = new Map<string, RateControl>();
  private readonly clock: Clock;

  constructor(private readonly options: RateOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /** The readers of one statement. With a timeout of its own it is patient until that. */
  forStatement(
    readerOf: (schema: string) => TableReader,
    { timeoutMs, onRefusal }: { readonly timeoutMs: number | undefined; readonly onRefusal?: () => void },
  ): SteadyReaders {
    const log = new ThrottlingLog(this.clock, onRefusal);
    const patienceMs = timeoutMs === undefined ? PATIENCE_MS : Number.POSITIVE_INFINITY;
    return {
      log,
      readerOf: (schema) =>
        steadyReader(readerOf(schema), {
          controlOf: (table, index) => this.of(schema, table, index),
          log,
          clock: this.clock,
          patienceMs,
        }),
    };
  }

  private of(schema: string, table: string, index: string | undefined): RateControl {
    const place = JSON.stringify([schema, table, index]);
    const known = this.byPlace.get(place);
    if (known !== undefined) return known;
    const control = new RateControl(this.options.unitsPerSecond?.(schema, table), this.clock);
    this.byPlace.set(place, control);
    return control;
  }
}
