import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { PolicyDocument } from '../policy/policy-document.js';
import { type IamRole, newId, newSecret } from './iam-entities.js';

/** An assumed role: what stands behind temporary credentials. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly name: string;
  readonly account: string;
  readonly roleName: string;
  /** Of the role when it was assumed. */
  readonly roleId: string;
  readonly policy: PolicyDocument | undefined;
  readonly sourceIdentity: string | undefined;
}

export interface NewSession {
  readonly role: IamRole;
  readonly name: string;
  readonly expiresAtMs: number;
  readonly policy: PolicyDocument | undefined;
  readonly sourceIdentity: string | undefined;
}

/** Expired sessions are remembered this long, so that their credentials are called expired and not unknown. */
const KEEP_EXPIRED_MS = 24 * 3_600_000;

/** The sessions of this process; they are never stored, so they end with it. */
export class RoleSessions {
  /** By access key; in the order in which they were made. */
  private readonly sessions = new Map<string, RoleSession>();

  /** Makes credentials for the role. */
  open({ role, ...session }: NewSession, nowMs: number): RoleSession {
    this.forgetOld(nowMs);
    const opened: RoleSession = {
      ...session,
      accessKeyId: newId('ASIA'),
      secretAccessKey: newSecret(),
      token: randomBytes(192).toString('base64'),
      account: role.account,
      roleName: role.name,
      roleId: role.id,
    };
    this.sessions.set(opened.accessKeyId, opened);
    return opened;
  }

  /** The session, expired or not, when key and token belong together. */
  find(accessKeyId: string, token: string): RoleSession | undefined {
    const session = this.sessions.get(accessKeyId);
    if (session === undefined) return undefined;
    const [expected, given] = [Buffer.from(session.token), Buffer.from(token)];
    return expected.length === given.length && timingSafeEqual(expected, given) ? session : undefined;
  }

  private forgetOld(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.sessions) {
      if (expiresAtMs + KEEP_EXPIRED_MS < nowMs) this.sessions.delete(key);
    }
  }
}
