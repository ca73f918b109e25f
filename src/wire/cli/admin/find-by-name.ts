import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { nearest } from '../../../base/nearest.js';
import type { ServerClient } from '../server/server-client.js';
import { allOf } from './paged.js';

export type NamedKind = 'client' | 'user' | 'group';

interface Named {
  readonly id?: string;
  readonly clientId?: string;
  readonly name: string;
}

/** The id of the client, user or group that has this name or id. Throws NOT_FOUND with the nearest name. */
export async function findByName(server: ServerClient, kind: NamedKind, written: string): Promise<string> {
  const all = await allOf<Named>(server, `/v1/${kind}s`);
  const idOf = ({ id, clientId }: Named) => id ?? clientId ?? '';
  const found =
    all.find((one) => idOf(one) === written) ?? all.find(({ name }) => name.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return idOf(found);
  const near = nearest(
    written,
    all.map(({ name }) => name),
  );
  throw new HeadgateError('NOT_FOUND', `There is no ${kind} called ${written}.`, {
    hint: near === undefined ? `\`headgate ${kind} list\` lists them.` : `Did you mean ${near}?`,
  });
}

export type GranteeKind = 'principal' | 'group';

/** What `client:name`, `user:name` or `group:name` stands for. Throws USAGE and NOT_FOUND. */
export async function findGrantee(server: ServerClient, written: string): Promise<{ kind: GranteeKind; id: string }> {
  if (written === 'local') {
    throw new HeadgateError('USAGE', 'What the command line may do stands in headgate.yaml.', {
      hint: 'Write there under grants: - { grantee: local, object: demo, access: RW }',
    });
  }
  const [, kind, name] = /^(client|user|group):(.+)$/s.exec(written) ?? [];
  if ((kind !== 'client' && kind !== 'user' && kind !== 'group') || name === undefined) {
    throw new HeadgateError('USAGE', `${JSON.stringify(written)} is no grantee.`, {
      hint: 'Write client:name, user:name or group:name.',
    });
  }
  return { kind: kind === 'group' ? 'group' : 'principal', id: await findByName(server, kind, name) };
}
