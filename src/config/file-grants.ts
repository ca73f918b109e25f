import type { Grant } from '../access/grant.js';
import { LOCAL_ID } from '../access/principal.js';
import type { GatewayConfig, GrantConfig } from './headgate-config.js';

/** The grants of headgate.yaml; undefined where it says nothing of grants. Names stand for ids: `client:reports`, `group:staff`. */
export function fileGrants({ grants }: GatewayConfig): readonly Grant[] | undefined {
  return grants?.map(({ grantee, schema, table, access }, i) => ({
    id: `file:${i + 1}`,
    grantee: granteeOf(grantee),
    schema,
    ...(table === undefined ? {} : { table }),
    code: access,
    source: 'file',
  }));
}

function granteeOf(grantee: GrantConfig['grantee']): Grant['grantee'] {
  if (grantee.kind === 'local') return { kind: 'principal', id: LOCAL_ID };
  const kind = grantee.kind === 'group' ? 'group' : 'principal';
  return { kind, id: `${grantee.kind}:${grantee.name}` };
}
