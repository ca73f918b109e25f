import { z } from 'zod';
import { invalid } from '../refuse.js';
import { asObject, type JsonObject } from '../request/json-value.js';

/** One operation as the command line and the HTTP API take it. */
export interface Operation {
  readonly verb: string;
  /** The schema of names that name none; undefined: that of the caller. */
  readonly schema: string | undefined;
  /** Whether values are plain JSON, in what is asked and in the answer, and not DynamoDB JSON. */
  readonly plain: boolean;
  /** Whether all pages are read as one answer. */
  readonly fetchAll: boolean;
  readonly limits: ReadLimits;
  /** DynamoDB's own parameters of the verb. */
  readonly parameters: JsonObject;
}

export interface ReadLimits {
  /** Items or names that are given out. */
  readonly maxItems: number | undefined;
  /** Read units after which no further page is asked for. */
  readonly maxUnits: number | undefined;
}

const words = z.object({
  verb: z.string().min(1),
  schema: z.string().min(1).optional(),
  plain: z.boolean().optional(),
  fetchAll: z.boolean().optional(),
  maxItems: z.int().positive().optional(),
  maxUnits: z.number().positive().optional(),
});

/**
 * An operation from JSON: the words above beside DynamoDB's parameters, which all begin with a capital letter and so cannot be
 * mistaken. The JSON is to be read by `parseExactJson`, so that numbers keep their digits. Throws REQUEST_INVALID.
 */
export function readOperation(json: unknown, defaults: { readonly plain: boolean }): Operation {
  const given = asObject(json, 'The operation');
  const isParameter = ([name]: readonly [string, unknown]) => /^[A-Z]/.test(name);
  const entries = Object.entries(given);
  const rest = entries.filter((entry) => !isParameter(entry));
  const parsed = words.strict().safeParse(Object.fromEntries(rest));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(
      issue?.path.join('.') ?? '',
      issue?.message ?? 'not an operation',
      'An operation is {"verb": "GetItem", "TableName": ...}.',
    );
  }
  const { verb, schema, plain = defaults.plain, fetchAll = false, maxItems, maxUnits } = parsed.data;
  return {
    verb,
    schema,
    plain,
    fetchAll,
    limits: { maxItems, maxUnits },
    parameters: Object.fromEntries(entries.filter(isParameter)),
  };
}
