import type { DynamodbConnectionHandle } from '../../dynamodb/connect.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { TrustChoice } from '../caller.js';
import type { Clock } from '../clock.js';
import type { RoleAccess } from '../policy/actions.js';
import type { Place, TableList } from '../policy/place.js';
import type { SessionCredentials, Sts } from '../sts.js';

/** A schema with a role, as far as validation goes. */
export interface ValidatedRole {
  readonly schema: string;
  readonly place: Place;
  readonly roleArn: string;
  readonly externalId: string;
  readonly tables: TableList;
  readonly access: RoleAccess;
  readonly denyFullScans: boolean;
  readonly sourceIdentity: boolean;
  readonly trust: TrustChoice;
}

/** What validation does to the world; all of it reads, or is refused by design. */
export interface ValidationEffects {
  /** As Headgate itself. */
  readonly sts: Sts;
  /** As the session of the role. `validateRole` closes both. */
  readonly stsWith: (credentials: SessionCredentials) => Sts;
  readonly dynamodbWith: (credentials: SessionCredentials) => ValidatedDynamodb;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export type ValidatedDynamodb = Pick<DynamodbConnectionHandle, 'directory' | 'probes' | 'close'> & {
  readonly reader: Pick<DynamodbConnectionHandle['reader'], 'getItem' | 'query'>;
};

export const STEP_TITLES = {
  'own-credentials': "Headgate's own credentials",
  'assume-role': 'Assuming the role',
  'external-id': 'Refusal without the external ID',
  place: 'Account and region',
  tables: 'Tables',
  access: 'Access to the tables',
  reach: 'Reach beyond the tables',
} as const;
export type StepName = keyof typeof STEP_TITLES;

export type Outcome = 'ok' | 'warn' | 'fail' | 'skipped';

/** What a step found; remedies are sentences, the likeliest first. */
export interface Finding {
  readonly outcome: Outcome;
  readonly message: string;
  readonly remedies: readonly string[];
}

export interface StepResult extends Finding {
  readonly step: StepName;
  readonly title: string;
  readonly durationMs: number;
}

export type ValidationEvent =
  | { readonly kind: 'started'; readonly step: StepName; readonly title: string }
  /** Refused as yet, which may be because IAM has not told all its parts of the role. */
  | { readonly kind: 'waiting'; readonly step: StepName; readonly delayMs: number }
  | { readonly kind: 'finished'; readonly result: StepResult };

export interface ValidationReport {
  readonly ok: boolean;
  /** One sentence: what failed first, or what was verified. */
  readonly message: string;
  /** All seven, in order. */
  readonly steps: readonly StepResult[];
}

/** What the steps find out for those that follow. */
export interface StepContext {
  readonly role: ValidatedRole;
  readonly effects: ValidationEffects;
  readonly signal: AbortSignal;
  /** The result of the call, which is repeated for some seconds in all while it is refused; then the refusal is thrown. */
  readonly untilPropagated: <T>(call: () => Promise<T>) => Promise<T>;
  callerArn?: string;
  session?: RoleConnection;
  described: readonly TableDescription[];
}

export interface RoleConnection {
  readonly sts: Sts;
  readonly dynamodb: ValidatedDynamodb;
}

export function ok(message: string): Finding {
  return { outcome: 'ok', message, remedies: [] };
}

export function warn(message: string, remedies: readonly string[]): Finding {
  return { outcome: 'warn', message, remedies };
}

export function fail(message: string, remedies: readonly string[]): Finding {
  return { outcome: 'fail', message, remedies };
}

export function skipped(message: string): Finding {
  return { outcome: 'skipped', message, remedies: [] };
}
