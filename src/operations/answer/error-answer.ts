import { crc32 } from 'node:zlib';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ErrorCode } from '../../base/errors/registry.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810';
const CORAL = 'com.amazon.coral.service';

/** Errors about the call itself, as DynamoDB's protocol has them, so that any SDK knows them. */
const TYPES: Partial<Record<ErrorCode, { readonly type: string; readonly status: number }>> = {
  VERB_UNKNOWN: { type: `${CORAL}#UnknownOperationException`, status: 400 },
  REQUEST_INVALID: { type: 'com.amazon.coral.validate#ValidationException', status: 400 },
  PARAMETER_INVALID: { type: 'com.amazon.coral.validate#ValidationException', status: 400 },
  TABLE_NOT_FOUND: { type: `${DYNAMODB}#ResourceNotFoundException`, status: 400 },
  SCHEMA_NOT_FOUND: { type: `${DYNAMODB}#ResourceNotFoundException`, status: 400 },
  ACCESS_DENIED: { type: `${CORAL}#AccessDeniedException`, status: 400 },
};
const SERVER_ERROR = { type: `${DYNAMODB}#InternalServerError`, status: 500 };

/** Whether an error is about the call, and has an answer here; the others are for whoever serves the protocol. */
export function isAnswered({ code }: HeadgateError): boolean {
  return TYPES[code] !== undefined || code === 'INTERNAL';
}

/** The answer of an error of ours; what is not of ours tells nothing of itself. */
export function errorAnswer(error: unknown, requestId: string): RawAnswer {
  const known = error instanceof HeadgateError ? error : undefined;
  const { type, status } = (known && TYPES[known.code]) ?? SERVER_ERROR;
  return rawJson({ __type: type, message: messageOf(known) }, { status, requestId });
}

/** The body was no JSON object in UTF-8. */
export function serializationAnswer(requestId: string): RawAnswer {
  return rawJson({ __type: `${CORAL}#SerializationException` }, { status: 400, requestId });
}

/** An answer that is made here, in the form of DynamoDB's. */
export function rawJson(
  content: object,
  { status, requestId }: { readonly status: number; readonly requestId: string },
): RawAnswer {
  const body = Buffer.from(JSON.stringify(content));
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-crc32': String(crc32(body)),
      'x-amzn-requestid': requestId,
    },
    body,
  };
}

/** For tables DynamoDB's own words alone: a hint of access beside them would tell what they must not. */
function messageOf(error: HeadgateError | undefined): string {
  if (error === undefined) return 'Something happened in Headgate that should not.';
  if (error.code === 'TABLE_NOT_FOUND') return error.message;
  const parts = [error.message, error.detail, error.hint].filter((part) => part !== undefined);
  return parts.map((part, i) => (i === parts.length - 1 || /[.!?)]$/.test(part) ? part : `${part}.`)).join(' ');
}
