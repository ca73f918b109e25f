import { z } from 'zod';
import { endpoint, listOf } from './endpoint.js';
import { name } from './envelope.js';
import { STREAM_TYPES } from './query.js';

const tag = 'Operations';
const scope = 'operations';

/** Any JSON object: an item, an answer of DynamoDB. It is passed on as it is, whatever its members are called. */
const anyObject = z.unknown().meta({ type: 'object' });

const spent = z.object({ readUnits: z.number(), writeUnits: z.number(), dollars: z.number() });

export const operationCapacity = spent
  .extend({ byTable: z.array(spent.extend({ table: z.string().describe('schema.table') })) })
  .meta({ id: 'OperationCapacity', description: 'What was spent.' });
export type OperationCapacity = z.infer<typeof operationCapacity>;

/** The rest are DynamoDB's own parameters of the verb, by the names of its API. */
const operation = z
  .looseObject({
    verb: z.string().min(1).describe('GetItem, Query, PutItem, ...'),
    schema: name
      .optional()
      .describe('The schema of names that name none; without it the only one that the caller may know of.'),
    plain: z
      .boolean()
      .default(false)
      .describe('Values are plain JSON, and not DynamoDB JSON, in what is sent and answered.'),
    fetchAll: z.boolean().default(false).describe('All pages as one answer, of 100 000 rows at most.'),
    maxItems: z.int().positive().optional().describe('Rows at most, where all pages are read.'),
    maxUnits: z.number().positive().optional().describe('Read units after which no further page is asked for.'),
    format: z
      .enum(['json', 'ndjson'])
      .default('json')
      .describe('`ndjson` streams all pages: a line {"row": ...} each, and at the end {"end": {capacity, warnings}}.'),
  })
  .meta({ id: 'Operation', description: "Beside these words, DynamoDB's own parameters of the verb." });

const operationAnswer = z
  .object({
    answer: anyObject.describe("DynamoDB's answer."),
    capacity: operationCapacity,
    warnings: z.array(z.string()),
  })
  .meta({ id: 'OperationAnswer' });

export const postOperation = endpoint({
  method: 'POST',
  path: '/v1/operations',
  scope,
  tag,
  summary: "Run one of DynamoDB's own operations",
  description:
    'Numbers of any length keep their digits both ways. A stream breaks the connection when it fails; only one that ends with the ' +
    'line `end` is whole.',
  body: operation,
  data: operationAnswer,
  reads: 'exact',
  streams: [STREAM_TYPES.ndjson],
});

const action = z
  .object({ name: z.string(), description: z.string(), input: anyObject, output: anyObject })
  .meta({ id: 'Action', description: 'An action, with JSON Schema of what it takes and gives.' });

export const listActions = endpoint({
  method: 'GET',
  path: '/v1/actions',
  scope,
  tag,
  summary: 'Typed actions, with JSON Schema of what they take and give',
  data: listOf(action),
});

const actionAnswer = z
  .object({ output: anyObject.describe('As the action describes it.'), capacity: operationCapacity })
  .meta({ id: 'ActionAnswer' });

export const postAction = endpoint({
  method: 'POST',
  path: '/v1/actions/{action}',
  scope,
  tag,
  summary: 'Run a typed action',
  params: z.strictObject({ action: name }),
  body: z.looseObject({}).meta({ id: 'ActionInput', description: 'As the action describes it.' }),
  data: actionAnswer,
  reads: 'exact',
});
