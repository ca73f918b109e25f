import type { Answer, Bench, BenchContext } from '../bench-context.js';
import { Hand } from '../direct/hand.js';
import { expectSame } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { INDEX_SHAPES } from './shapes/by-index.js';
import { KEY_SHAPES, QUERY_SHAPES } from './shapes/by-key.js';
import type { QueryShape } from './shapes/query-shape.js';
import { JOIN_SHAPES, SCAN_SHAPES, STOP_SHAPES } from './shapes/stops-scans-joins.js';
import { SHAPE_TABLES } from './shapes/tables.js';

const SHAPES = [KEY_SHAPES, QUERY_SHAPES, INDEX_SHAPES, STOP_SHAPES, SCAN_SHAPES, JOIN_SHAPES].flat();

/** Read units of many kinds of questions: as Headgate reads them, by the best calls by hand, and by reading tables whole. */
export async function units(context: BenchContext): Promise<BenchmarkResult> {
  const bench = await context.open({ tables: SHAPE_TABLES });
  const measured: ({ readonly shape: QueryShape } & Measured)[] = [];
  for (const shape of SHAPES) measured.push({ shape, ...(await measure(bench, shape)) });
  const ratios = measured.map(({ ratio }) => ratio);
  const total = (of: 'headgate' | 'best' | 'whole') => measured.reduce((sum, { [of]: each }) => sum + each, 0);
  return {
    figures: [
      {
        label: `shapes of ${measured.length} that cost no more than by hand`,
        value: ratios.filter((ratio) => ratio <= 1).length,
        unit: 'shapes',
        goal: { atLeast: measured.length },
      },
      { label: 'worst shape, Headgate / by hand', value: Math.max(...ratios), unit: 'x', goal: { atMost: 1 } },
      {
        label: 'all shapes together, Headgate / by hand',
        value: total('headgate') / total('best'),
        unit: 'x',
        goal: { atMost: 1 },
      },
      { label: 'all shapes together, whole tables / Headgate', value: total('whole') / total('headgate'), unit: 'x' },
    ],
    table: {
      columns: [
        'shape',
        'read as',
        'units',
        'by hand',
        'ratio',
        'whole tables',
        'requests',
        'by hand',
        'dollars a million times',
        'rows',
      ],
      rows: measured.map(({ shape, path, headgate, best, ratio, whole, requests, handRequests, dollars, rows }) => [
        shape.name,
        path,
        headgate,
        best,
        ratio,
        whole,
        requests,
        handRequests,
        dollars * 1e6,
        rows,
      ]),
    },
  };
}

type Measured = Awaited<ReturnType<typeof measure>>;

async function measure({ ask, direct }: Bench, { name, sql, best }: QueryShape) {
  const answer = await ask(sql);
  const whole = await ask(sql, { pushdown: false });
  expectSame(sortedRows(answer), sortedRows(whole), name);
  const hand = new Hand(direct);
  const items = await best(hand);
  if (items !== undefined) expectSame(answer.rows.length, items.length, `${name}, rows and items by hand`);
  const { readUnits: headgate, requests, dollars, rows } = answer.summary;
  return {
    headgate,
    best: hand.units,
    ratio: hand.units > 0 ? headgate / hand.units : 1 + headgate,
    whole: whole.summary.readUnits,
    requests,
    handRequests: hand.requests,
    dollars,
    rows,
    path: answer.plan.references.map(({ path, index }) => (index === undefined ? path : `${path} ${index}`)).join(', '),
  };
}

/** Rows as text, in one order: SQL promises none. */
function sortedRows({ rows }: Answer): string[] {
  return rows
    .map((row) => JSON.stringify(row, (_name, value) => (typeof value === 'bigint' ? `${value}` : value)))
    .sort();
}
