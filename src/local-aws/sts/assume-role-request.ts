import { AwsFault } from '../aws-fault.js';

/** The parameters of AssumeRole, each by itself of the form that AWS asks for. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly externalId: string | undefined;
  readonly durationSeconds: number;
  /** JSON text. */
  readonly policy: string | undefined;
  readonly sourceIdentity: string | undefined;
}

/** Reads the parameters of the query protocol. Throws the fault ValidationError, which names all that is wrong. */
export function readAssumeRole(parameters: URLSearchParams): AssumeRoleRequest {
  const unsupported = [...parameters.keys()].find((name) => UNSUPPORTED.test(name));
  // Refused rather than ignored: each of them changes who may do what.
  if (unsupported !== undefined)
    throw invalid(`Local AWS does not support the parameter ${unsupported} of AssumeRole.`);
  const problems = CONSTRAINTS.flatMap((constraint) =>
    problemsOf(constraint, parameters.get(upperFirst(constraint.name))),
  );
  const duration = parameters.get('DurationSeconds') ?? '3600';
  problems.push(...durationProblems(duration));
  if (problems.length > 0) {
    const errors = problems.length === 1 ? 'validation error' : 'validation errors';
    throw invalid(`${problems.length} ${errors} detected: ${problems.join('; ')}`);
  }
  return {
    roleArn: parameters.get('RoleArn') ?? '',
    roleSessionName: parameters.get('RoleSessionName') ?? '',
    externalId: parameters.get('ExternalId') ?? undefined,
    durationSeconds: Number(duration),
    policy: parameters.get('Policy') ?? undefined,
    sourceIdentity: parameters.get('SourceIdentity') ?? undefined,
  };
}

const UNSUPPORTED = /^(?:Tags|TransitiveTagKeys|PolicyArns|ProvidedContexts)\.|^(?:SerialNumber|TokenCode)$/;

interface Constraint {
  readonly name: string;
  readonly required?: boolean;
  readonly least: number;
  readonly most: number;
  readonly pattern?: string;
}

/** As the API reference of STS has them. */
const CONSTRAINTS: readonly Constraint[] = [
  { name: 'roleArn', required: true, least: 20, most: 2_048 },
  { name: 'roleSessionName', required: true, least: 2, most: 64, pattern: '[\\w+=,.@-]*' },
  { name: 'externalId', least: 2, most: 1_224, pattern: '[\\w+=,.@:\\/-]*' },
  { name: 'policy', least: 1, most: 2_048 },
  { name: 'sourceIdentity', least: 2, most: 64, pattern: '[\\w+=,.@-]*' },
];

function problemsOf({ name, required, least, most, pattern }: Constraint, value: string | null): string[] {
  const failed = (constraint: string) =>
    `Value ${value === null ? 'null' : `'${value}'`} at '${name}' failed to satisfy constraint: ${constraint}`;
  if (value === null) return required ? [failed('Member must not be null')] : [];
  const problems: string[] = [];
  if (value.length < least) problems.push(failed(`Member must have length greater than or equal to ${least}`));
  if (value.length > most) problems.push(failed(`Member must have length less than or equal to ${most}`));
  if (pattern !== undefined && !new RegExp(`^${pattern}$`).test(value)) {
    problems.push(failed(`Member must satisfy regular expression pattern: ${pattern}`));
  }
  return problems;
}

function durationProblems(duration: string): string[] {
  const failed = (constraint: string) => [
    `Value '${duration}' at 'durationSeconds' failed to satisfy constraint: ${constraint}`,
  ];
  if (!/^\d+$/.test(duration)) return failed('Member must be a number');
  if (Number(duration) < 900) return failed('Member must have value greater than or equal to 900');
  return Number(duration) > 43_200 ? failed('Member must have value less than or equal to 43200') : [];
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}
