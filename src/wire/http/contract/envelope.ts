import { z } from 'zod';

/** What stands in `error` of every answer that is not a success. */
export const errorBody = z
  .object({
    code: z.string().describe('From the list of error codes; the HTTP status follows from it.'),
    message: z.string().describe('What happened.'),
    detail: z.string().optional().describe('Why it happened.'),
    hint: z.string().optional().describe('What to do next.'),
    position: z
      .object({ line: z.int(), column: z.int() })
      .optional()
      .describe('Where in the statement; both count from 1, columns count characters.'),
    requestId: z.string().describe('The same as in the header x-request-id.'),
  })
  .meta({ id: 'Error', description: 'Why a request failed.' });

export type ErrorBody = z.infer<typeof errorBody>;

export const failure = z
  .object({ success: z.literal(false), error: errorBody })
  .meta({ id: 'Failure', description: 'The answer to a request that failed.' });

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
/** Any JSON value: named here, so that the OpenAPI document has it once. */
export const json: z.ZodType<Json> = z
  .lazy(() => z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: 'Json', description: 'Any JSON value.' });

export const LONGEST_NAME = 255;
/** Names of schemas, tables and things, as they stand in a path. */
export const name = z.string().min(1).max(LONGEST_NAME);
export const id = z.string().min(1).max(200);
export const time = z.iso.datetime().describe('ISO 8601, UTC.');
