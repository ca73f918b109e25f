/**
 * Every error code that Headgate can show, with what each front end makes of it. One place, so that the exit status, the
 * HTTP status, the SQLSTATE and the documentation cannot drift apart; `test/errors.test.ts` keeps docs/errors.md equal.
 */
export interface ErrorKind {
  /** Exit status of the command line. */
  readonly exitStatus: number;
  readonly httpStatus: number;
  readonly sqlState: string;
  /** Whether the same request may succeed when it is simply sent again. */
  readonly retryable: boolean;
  /** One sentence for docs/errors.md. */
  readonly summary: string;
}

function kind(exitStatus: number, httpStatus: number, sqlState: string, summary: string, retryable = false): ErrorKind {
  return { exitStatus, httpStatus, sqlState, retryable, summary };
}

/**
 * Exit statuses: 2 what the caller wrote, 3 configuration, 4 credentials or permission, 5 not found, 6 limits and guards,
 * 7 DynamoDB failed or is out of reach, 70 a bug in Headgate, 124 timed out, 130 cancelled.
 */
export const ERROR_KINDS = {
  USAGE: kind(2, 400, '22023', 'A command-line option or argument is missing, unknown or has a bad value.'),
  SQL_SYNTAX: kind(2, 400, '42601', 'The statement is not valid SQL; the position says where.'),
  SQL_UNSUPPORTED: kind(2, 400, '0A000', 'The statement is valid SQL of a kind that Headgate does not run.'),
  SQL_REFUSED: kind(
    2,
    400,
    '42501',
    'The statement uses a function or table function that is not allowed in a gateway.',
  ),
  SQL_INVALID: kind(
    2,
    400,
    '42000',
    'The statement does not fit the tables: a wrong type, a bad argument, an ambiguous name.',
  ),
  SQL_EXECUTION: kind(2, 400, '22000', 'The statement failed on a value while it ran, for example in a cast.'),
  PARAMETER_INVALID: kind(2, 400, '22023', 'A statement parameter is missing, superfluous or has no SQL form.'),
  SCHEMA_NOT_FOUND: kind(5, 404, '3F000', 'No schema of that name is configured.'),
  SCHEMA_NOT_ACTIVE: kind(
    3,
    409,
    '55000',
    'The schema is pending, failed or disabled, and such a schema runs no statement.',
  ),
  TABLE_NOT_FOUND: kind(5, 404, '42P01', 'No table of that name exists in the schema.'),
  COLUMN_NOT_FOUND: kind(5, 400, '42703', 'No column of that name is known for the tables of the statement.'),
  CONFIG_INVALID: kind(3, 500, 'F0000', 'headgate.yaml has an unknown key, a duplicate name or a bad value.'),
  CONFIG_NOT_FOUND: kind(3, 500, 'F0000', 'The configuration file that was named does not exist or cannot be read.'),
  FILE_ERROR: kind(3, 500, '58030', 'A file could not be read or written.'),
  ALREADY_RUNNING: kind(3, 409, '55006', 'Headgate already runs in this working directory.', true),
  PORT_IN_USE: kind(3, 409, '55006', 'The port that was asked for is in use by another program.'),
  EMBEDDED_UNAVAILABLE: kind(
    3,
    503,
    '58000',
    'The embedded DynamoDB is not available on this platform or did not start.',
  ),
  LOCAL_AWS_INVALID: kind(3, 400, 'F0000', 'A user, role or policy of local AWS is one that IAM would refuse.'),
  STORE_IN_USE: kind(3, 409, '55006', 'Another Headgate process uses the embedded control-plane store.', true),
  STORE_UNAVAILABLE: kind(3, 503, '58000', 'The control-plane store cannot be reached or opened.', true),
  STORE_FAILED: kind(3, 500, '58000', 'The control-plane store refused a statement or has tables of another version.'),
  AUDIT_BROKEN: kind(3, 500, '58000', 'The audit chain is not what was recorded: somebody changed or removed records.'),
  SEALING_KEY_WRONG: kind(3, 500, 'F0000', 'The key for secrets at rest is malformed, or not the one of the store.'),
  CREDENTIALS_MISSING: kind(4, 502, '28000', 'No AWS credentials were found.'),
  CREDENTIALS_REJECTED: kind(
    4,
    502,
    '28000',
    'AWS does not accept the credentials: unknown, expired or wrongly signed.',
  ),
  AWS_ACCESS_DENIED: kind(4, 502, '42501', 'AWS refused an action for these credentials.'),
  ACCESS_DENIED: kind(4, 403, '42501', 'A grant is missing for what was asked of a table.'),
  REGION_MISSING: kind(3, 500, 'F0000', 'No AWS region is configured for the schema.'),
  ROLE_INVALID: kind(2, 400, '22023', 'The account, region, tables or another value of a role to set up is not valid.'),
  CALLER_UNSUITABLE: kind(4, 502, '28000', "Headgate's own AWS identity is of a kind that cannot assume roles."),
  ROLE_REFUSED: kind(4, 502, '28000', 'AWS does not let Headgate assume the role of the schema.'),
  STS_THROTTLED: kind(7, 503, '53400', 'AWS kept throttling the requests for temporary credentials.', true),
  STS_FAILED: kind(7, 502, '58000', 'The service for temporary credentials of AWS answered with an error.', true),
  STS_REJECTED: kind(7, 502, '58000', 'AWS did not accept a request for temporary credentials that Headgate made.'),
  ENDPOINT_UNREACHABLE: kind(7, 502, '08001', 'The DynamoDB endpoint could not be reached.', true),
  DYNAMODB_THROTTLED: kind(7, 503, '53400', 'DynamoDB kept throttling the reads.', true),
  DYNAMODB_FAILED: kind(7, 502, '58000', 'DynamoDB answered with an error.', true),
  DYNAMODB_REJECTED: kind(7, 502, '58000', 'DynamoDB did not accept a request that Headgate made.'),
  UNITS_EXCEEDED: kind(6, 422, '54000', 'The statement would read, or has read, more units than allowed.'),
  RESOURCES_EXHAUSTED: kind(6, 422, '53200', 'The statement needs more memory or temporary disk than allowed.'),
  RESULT_TOO_LARGE: kind(6, 422, '54000', 'The result has more rows or bytes than the caller may get.'),
  TIMEOUT: kind(124, 504, '57014', 'The statement ran longer than its timeout.', true),
  CANCELLED: kind(130, 499, '57014', 'The statement was cancelled.'),
  REQUEST_INVALID: kind(2, 400, '22023', 'The request is not of the form that the API describes.'),
  METHOD_NOT_ALLOWED: kind(
    2,
    405,
    '0A000',
    'The path exists, but not with this method; the header Allow names those it has.',
  ),
  VERB_UNKNOWN: kind(2, 400, '0A000', 'The verb is none of those of DynamoDB that Headgate passes on.'),
  REQUEST_TOO_LARGE: kind(6, 413, '54000', 'The body of the request is larger than the server takes.'),
  UNAUTHENTICATED: kind(4, 401, '28000', 'The token or the credentials are missing, wrong, expired or revoked.'),
  SCOPE_MISSING: kind(4, 403, '42501', 'The token does not open this part of the API.'),
  NOT_FOUND: kind(5, 404, '42704', 'Nothing of that name or id exists, or not any more.'),
  CONFLICT: kind(
    2,
    409,
    '42710',
    'It contradicts what is there: the name is taken, or the thing was changed meanwhile.',
  ),
  RATE_LIMITED: kind(
    6,
    429,
    '53400',
    'Too many requests or statements at once; Retry-After says when to try again.',
    true,
  ),
  UNAVAILABLE: kind(
    7,
    503,
    '57P03',
    'The gateway is starting or shutting down, or lacks something that it needs.',
    true,
  ),
  INTERNAL: kind(70, 500, 'XX000', 'Something happened that should not: please report it.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;
