import type { BenchContext } from '../bench-context.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { endpoint } from './endpoint.js';
import { join } from './join.js';
import { lag } from './lag.js';
import { load } from './load.js';
import { memory } from './memory.js';
import { plan } from './plan.js';
import { point } from './point.js';
import { scan } from './scan.js';
import { staging } from './staging.js';
import { start } from './start.js';
import { units } from './units.js';

export interface Benchmark {
  /** A sentence: what is compared with what. */
  readonly title: string;
  readonly run: (context: BenchContext) => Promise<BenchmarkResult>;
}

/** All of them, in the order in which they run and are shown. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  units: {
    title: 'Read units by kind of question, against the best calls by hand and against reading tables whole.',
    run: units,
  },
  plan: { title: 'Planning, by number of table references, against EXPLAIN of DuckDB alone.', run: plan },
  point: { title: 'One item by its key: SQL against the SDK with GetItem and unmarshalling.', run: point },
  scan: { title: 'Scan, filter and group-by: SQL against the SDK with a loop, and against JSON.parse.', run: scan },
  staging: { title: 'Pages in memory into DuckDB, against JSON.parse of the same bytes.', run: staging },
  join: {
    title: 'A thousand keys looked up in a large table: SQL against batches by hand, and against scans.',
    run: join,
  },
  endpoint: {
    title: 'Calls of DynamoDB through the endpoint for AWS SDKs, against the same calls directly.',
    run: endpoint,
  },
  load: {
    title:
      'Look-ups by key of 200 clients at once: SQL over HTTP through the whole gateway, against one client and GetItem.',
    run: load,
  },
  memory: { title: 'Peak memory while tables of growing size are aggregated.', run: memory },
  lag: { title: 'How long the event loop is blocked during a scan, against the SDK.', run: lag },
  start: { title: 'From starting the program to its first row, against a script with the SDK.', run: start },
};
