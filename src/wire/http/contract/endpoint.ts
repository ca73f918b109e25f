import { z } from 'zod';
import type { Scope } from '../../../access/principal.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the API as data: what checks requests, types the handlers, and becomes the OpenAPI document. */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** With parameters as OpenAPI writes them: `/v1/schemas/{schema}`. */
  readonly path: string;
  /** The scope that a principal needs; `none` where nobody needs to be known. */
  readonly scope: Scope | 'none';
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** What stands in `data` of the envelope. */
  readonly data: Data;
  /**
   * `exact`: the body is read by `parseExactJson`, so that no number of it loses digits, and may be as large as DynamoDB's own
   * requests. Its handler takes it from the request, because no schema knows all of it.
   */
  readonly reads: 'json' | 'exact';
  /** Media types of streams that take the place of the envelope when they are asked for. */
  readonly streams: readonly string[];
}

export const NOTHING = z.strictObject({});
export const NO_BODY = NOTHING.optional();

/** An endpoint, with nothing where nothing is said. */
export function endpoint<
  Data extends z.ZodType,
  Params extends z.ZodType = typeof NOTHING,
  Query extends z.ZodType = typeof NOTHING,
  Body extends z.ZodType = typeof NO_BODY,
>(
  parts: Pick<Endpoint, 'method' | 'path' | 'scope' | 'tag' | 'summary'> & {
    readonly data: Data;
    readonly description?: string;
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly reads?: Endpoint['reads'];
    readonly streams?: readonly string[];
  },
): Endpoint<Params, Query, Body, Data> {
  return {
    description: '',
    reads: 'json',
    streams: [],
    ...parts,
    // Where one is left out, its type parameter is that of the default.
    params: parts.params ?? (NOTHING as z.ZodType as Params),
    query: parts.query ?? (NOTHING as z.ZodType as Query),
    body: parts.body ?? (NO_BODY as z.ZodType as Body),
  };
}

/** Query parameters of listings that come in pieces. */
export const PAGING = {
  limit: z.coerce.number().int().min(1).max(1000).optional().describe('Entries at most; 100 unless given.'),
  nextToken: z.string().max(2000).optional().describe('From the listing before, to go on where it ended.'),
};

/** A listing in pieces: `nextToken` only where there is more. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextToken: z.string().optional() });
}
