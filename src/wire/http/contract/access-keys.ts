import { z } from 'zod';
import { endpoint, listOf } from './endpoint.js';
import { id, time } from './envelope.js';

const tag = 'Administration';
const scope = 'admin';
const path = '/v1/clients/{id}/keys';
const params = z.strictObject({ id });

export const accessKeyRecord = z
  .object({ keyId: z.string().describe('`aws_access_key_id` of AWS SDKs.'), createdAt: time })
  .meta({ id: 'AccessKey' });
export type AccessKeyRecord = z.infer<typeof accessKeyRecord>;

/** The only answer in which the secret ever stands. */
export const accessKeyWithSecret = z
  .object({ keyId: z.string(), secretAccessKey: z.string().describe('Shown this once.') })
  .meta({ id: 'AccessKeyWithSecret' });
export type AccessKeyWithSecret = z.infer<typeof accessKeyWithSecret>;

export const listKeys = endpoint({
  method: 'GET',
  path,
  scope,
  tag,
  summary: 'Access keys of a client, for the DynamoDB endpoint',
  params,
  data: listOf(accessKeyRecord),
});
export const createKey = endpoint({
  method: 'POST',
  path,
  scope,
  tag,
  summary: 'A new access key; a client may have several, to change them in turn',
  params,
  data: accessKeyWithSecret,
});
export const revokeKey = endpoint({
  method: 'DELETE',
  path: `${path}/{keyId}`,
  scope,
  tag,
  summary: 'Revoke an access key, at once and for good',
  params: z.strictObject({ id, keyId: id }),
  data: z.object({ keyId: z.string() }),
});
