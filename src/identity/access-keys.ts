import { randomBytes } from 'node:crypto';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AccessKeyRecord, AccessKeyRepository, PrincipalRepository } from './repositories.js';

/** In the form that AWS SDKs take: `aws_access_key_id` and `aws_secret_access_key`. */
export interface AccessKeyWithSecret {
  readonly accessKeyId: string;
  /** Cannot be shown again. */
  readonly secretAccessKey: string;
}

/** The key pairs with which clients sign requests to the DynamoDB endpoint. A client may have several, to change them in turn. */
export class AccessKeys {
  constructor(
    private readonly accessKeys: AccessKeyRepository,
    private readonly principals: PrincipalRepository,
    private readonly now: () => number,
  ) {}

  /** Throws NOT_FOUND when there is no such client. */
  async create(clientId: string): Promise<AccessKeyWithSecret> {
    await this.findClient(clientId);
    const accessKeyId = newAccessKeyId();
    // 240 bits, 40 characters; without those that a shell or an editor takes for something else.
    const secretAccessKey = randomBytes(30).toString('base64url');
    const record = { id: accessKeyId, principalId: clientId, createdAt: new Date(this.now()) };
    await this.accessKeys.insert(record, secretAccessKey);
    return { accessKeyId, secretAccessKey };
  }

  /** Those that have not been revoked, the oldest first. Throws NOT_FOUND when there is no such client. */
  async list(clientId: string): Promise<AccessKeyRecord[]> {
    await this.findClient(clientId);
    return await this.accessKeys.list(clientId);
  }

  /** Nothing that is signed with it is accepted any more, at once and for good. Throws NOT_FOUND. */
  async revoke(clientId: string, accessKeyId: string): Promise<void> {
    if (!isAccessKeyId(accessKeyId)) throw new HeadgateError('NOT_FOUND', 'This is no id of an access key.');
    await this.accessKeys.revoke({ id: accessKeyId, principalId: clientId }, new Date(this.now()));
  }

  private async findClient(clientId: string): Promise<void> {
    const found = await this.principals.find(clientId, new Date(this.now()));
    if (found?.kind !== 'client') throw new HeadgateError('NOT_FOUND', `No client has the id ${clientId}.`);
  }
}

/** Whether a text has the form of an id of ours, so that all others need not be looked for. */
export function isAccessKeyId(text: string): boolean {
  return /^HGK[A-Z2-7]{17}$/.test(text);
}

/** As long as AWS's own, of the same letters, and with a prefix of ours, so that nobody takes one for the other. */
function newAccessKeyId(): string {
  return `HGK${Array.from(randomBytes(17), (byte) => BASE32[byte % BASE32.length]).join('')}`;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
