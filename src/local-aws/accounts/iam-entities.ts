import { randomBytes } from 'node:crypto';
import { parsePolicy } from '../policy/parse-policy.js';
import type { PolicyDocument } from '../policy/policy-document.js';
import type { RoleDefinition, UserDefinition } from './account-definitions.js';

export interface IamUser {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  /** `AIDA...` */
  readonly id: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly policies: readonly PolicyDocument[];
}

export interface IamRole {
  readonly account: string;
  readonly name: string;
  /** With its path. */
  readonly arn: string;
  /** `AROA...`; another one when the role is deleted and made again, which ends its sessions. */
  readonly id: string;
  readonly trust: PolicyDocument;
  readonly permissions: readonly PolicyDocument[];
  readonly maxSessionSeconds: number;
}

/** The user of a definition that was checked. */
export function makeUser(account: string, name: string, definition: UserDefinition & { readonly id: string }): IamUser {
  const { id, accessKeyId, secretAccessKey, policies } = definition;
  return {
    ...{ account, name, id, accessKeyId, secretAccessKey },
    arn: `arn:aws:iam::${account}:user/${name}`,
    policies: Object.values(policies).map((policy) => parsePolicy(policy, 'identity')),
  };
}

/** The role of a definition that was checked. */
export function makeRole(account: string, name: string, definition: RoleDefinition & { readonly id: string }): IamRole {
  const { id, path, trustPolicy, permissionPolicies, maxSessionSeconds } = definition;
  return {
    ...{ account, name, id, maxSessionSeconds },
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    trust: parsePolicy(trustPolicy, 'trust'),
    permissions: Object.values(permissionPolicies).map((policy) => parsePolicy(policy, 'identity')),
  };
}

/** An id as AWS makes them: a prefix that tells the kind, and 16 letters and digits of chance. */
export function newId(prefix: 'AIDA' | 'AKIA' | 'AROA' | 'ASIA'): string {
  return prefix + [...randomBytes(16)].map((byte) => BASE32.charAt(byte % BASE32.length)).join('');
}

/** 40 characters, as AWS's secret keys have. */
export function newSecret(): string {
  return randomBytes(30).toString('base64');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
