import { createHash } from 'node:crypto';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { Parameters, StatementRequest } from '../../../query/statement.js';
import type { QueryRequest } from '../contract/query.js';

/** A statement to run, and a key that is the same for statements with the same rows. */
export interface Statement {
  readonly request: StatementRequest;
  readonly key: string;
}

/** The statement of a request. Throws REQUEST_INVALID when there is none, or when it is to be streamed from its middle. */
export function statementOf({ sql, params, options }: QueryRequest): Statement {
  if (sql === undefined) {
    throw new HeadgateError('REQUEST_INVALID', 'sql is missing', {
      detail: 'Only pages of a kept result, in the format json, can be had by queryId alone.',
    });
  }
  if (options.format !== 'json' && options.resumeIdx > 0) {
    throw new HeadgateError('REQUEST_INVALID', `the format ${options.format} streams whole results`, {
      hint: 'Leave out resumeIdx, or take pages in the format json.',
    });
  }
  const { maxUnits, timeoutMs, consistentRead, schema } = options;
  return {
    request: {
      sql,
      ...(params === undefined ? {} : { parameters: parametersOf(params) }),
      ...(schema === undefined ? {} : { defaultSchema: schema }),
      ...(consistentRead === undefined ? {} : { consistentRead }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(maxUnits === undefined ? {} : { maxUnits }),
    },
    key: keyOf([sql, params, schema, consistentRead === true]),
  };
}

function parametersOf(params: NonNullable<QueryRequest['params']>): Parameters {
  return Array.isArray(params) ? { kind: 'positional', values: params } : { kind: 'named', values: params };
}

/** A hash, because statements are long and thousands of results may be kept. */
function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
