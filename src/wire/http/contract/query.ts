import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { errorBody, json, name } from './envelope.js';

export const MAX_PAGE_ROWS = 10_000;
export const DEFAULT_PAGE_ROWS = 100;
export const QUERY_FORMATS = ['json', 'ndjson', 'csv', 'table', 'arrow', 'parquet'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];
export type StreamFormat = Exclude<QueryFormat, 'json'>;

/** Media types of the formats that stream a whole result. */
export const STREAM_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  table: 'text/plain; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<StreamFormat, string>;

type ParameterJson = null | boolean | number | string | ParameterJson[];
const parameter: z.ZodType<ParameterJson> = z
  .lazy(() =>
    z.union([
      z.null(),
      z.boolean(),
      z.number(),
      z.string().describe('Adapts to what it is compared with.'),
      z.array(parameter),
    ]),
  )
  .meta({ id: 'Parameter', description: 'A value for a parameter. Numbers that no double holds are sent as strings.' });

const page = {
  maxRows: z.int().min(1).max(MAX_PAGE_ROWS),
  resumeIdx: z.int().min(0).describe('Row where the page begins, from the page before.'),
  responseType: z.enum(['row', 'object']),
  numbers: z
    .enum(['exact', 'json'])
    .describe('`exact`: numbers that a double does not hold are strings. `json`: all numbers are JSON numbers.'),
};

const options = z
  .strictObject({
    maxRows: page.maxRows.default(DEFAULT_PAGE_ROWS),
    resumeIdx: page.resumeIdx.default(0),
    responseType: page.responseType.default('row'),
    numbers: page.numbers.default('exact'),
    format: z
      .enum(QUERY_FORMATS)
      .default('json')
      .describe('All but `json` stream the whole result; `table` is for people.'),
    maxUnits: z.number().positive().optional().describe('Read units that the statement may spend.'),
    timeoutMs: z.int().min(1).optional(),
    consistentRead: z.boolean().optional(),
    width: z.int().min(20).max(10_000).optional().describe('Columns that a `table` is cut to.'),
    schema: name.optional().describe('Schema of table names without one.'),
  })
  .meta({ id: 'QueryOptions' });

export type QueryOptions = z.infer<typeof options>;

export const queryRequest = z
  .strictObject({
    sql: z.string().min(1).optional().describe('One SELECT; needed unless `queryId` names a kept result.'),
    mode: z.enum(['execute', 'plan']).default('execute'),
    params: z
      .union([z.array(parameter), z.record(z.string(), parameter)])
      .optional()
      .describe('Values for `?` and `$1` as a list, for `$name` as an object.'),
    queryId: z
      .uuid()
      .optional()
      .describe('A kept result to read on; or, with `sql` and no `resumeIdx`, the id that the statement is to have.'),
    tenantId: z.string().optional().describe('Taken and not used: one gateway is one tenant.'),
    options: options.prefault({}),
  })
  .meta({ id: 'QueryRequest' });

export type QueryRequest = z.infer<typeof queryRequest>;

const capacity = z
  .object({
    readUnits: z.number(),
    requests: z.int(),
    dollars: z.number(),
    sampledUnits: z.number().describe('Units for sampling tables that were new; not part of readUnits.'),
    byTable: z.array(
      z.object({
        table: z.string(),
        index: z.string().optional(),
        path: z.string().describe('How it was read: get, query, scan, ...'),
        readUnits: z.number(),
        requests: z.int(),
        items: z.int().describe('Items that DynamoDB read, before its filter.'),
        dollars: z.number(),
      }),
    ),
  })
  .meta({ id: 'Capacity', description: 'What the execution spent; the same on each of its pages.' });

export type Capacity = z.infer<typeof capacity>;

export const executed = z
  .object({
    columns: z.array(z.string()),
    columnTypes: z.array(z.string()).describe('As SQL writes them.'),
    data: z.array(z.union([z.array(json), z.record(z.string(), json)])).describe('Rows; objects when asked for.'),
    firstRowIdx: z.int(),
    resumeIdx: z.int().optional().describe('Where the next page begins; only while there are more rows.'),
    queryId: z.uuid(),
    rowCount: z.int().optional().describe('Rows in all, once that is known.'),
    planTime: z.number().describe('Milliseconds.'),
    execTime: z.number().describe('Milliseconds from the beginning, planning included.'),
    capacity,
    warnings: z.array(z.string()),
  })
  .meta({ id: 'QueryResult' });

export type Executed = z.infer<typeof executed>;

const estimate = z.object({ readUnits: z.number(), requests: z.number(), seconds: z.number(), dollars: z.number() });

export const planned = z
  .object({
    plan: z.string().describe('A tree, as text.'),
    planTree: z.record(z.string(), json).describe('The same as data.'),
    weight: z.number().describe('The estimate in read units; never 0 for what reads a table.'),
    estimate,
    normalizedSql: z.string().describe('Without comments, with single spaces.'),
    planTime: z.number().describe('Milliseconds.'),
    warnings: z.array(z.string()),
    advice: z.array(z.object({ table: z.string(), text: z.string() })).describe('Indexes that would help.'),
  })
  .meta({ id: 'QueryPlan' });

export type Planned = z.infer<typeof planned>;

export const queryState = z
  .object({
    queryId: z.uuid(),
    state: z.enum(['running', 'finished', 'failed']),
    progress: z
      .object({
        phase: z.enum(['catalog', 'planning', 'reading', 'executing']),
        table: z.string().optional(),
        requests: z.int(),
        items: z.int(),
        readUnits: z.number(),
      })
      .optional(),
    columns: z.array(z.string()).optional(),
    columnTypes: z.array(z.string()).optional(),
    rowsKept: z.int(),
    capacity: capacity.optional(),
    warnings: z.array(z.string()),
    error: errorBody.optional(),
  })
  .meta({ id: 'QueryState' });

export type QueryState = z.infer<typeof queryState>;

const queryParams = z.strictObject({ queryId: z.uuid() });

export const postQuery = endpoint({
  method: 'POST',
  path: '/v1/query',
  scope: 'query',
  tag: 'Query',
  summary: 'Run or plan a statement, or read on in its result',
  description:
    'A result with more rows than a page is kept for ten minutes after its last use; its pages are pages of one execution. ' +
    'Streams carry the id in the header x-query-id, and end in a broken connection when the statement fails: GET of the id tells why.',
  body: queryRequest,
  data: z.union([executed, planned]),
  streams: Object.values(STREAM_TYPES),
});

export const getQuery = endpoint({
  method: 'GET',
  path: '/v1/query/{queryId}',
  scope: 'query',
  tag: 'Query',
  summary: 'Rows of a kept result, or how a statement stands',
  description: 'With `resumeIdx` a page of rows, without it the state of the statement.',
  params: queryParams,
  query: z.strictObject({
    resumeIdx: z.coerce.number().pipe(page.resumeIdx).optional(),
    maxRows: z.coerce.number().pipe(page.maxRows).default(DEFAULT_PAGE_ROWS),
    responseType: page.responseType.default('row'),
    numbers: page.numbers.default('exact'),
  }),
  data: z.union([executed, queryState]),
});

export const deleteQuery = endpoint({
  method: 'DELETE',
  path: '/v1/query/{queryId}',
  scope: 'query',
  tag: 'Query',
  summary: 'Cancel a statement, or let go of its result',
  params: queryParams,
  data: queryParams,
});
