/** The gateway of the command line: engine and catalog for the operator, whose statements are recorded in a file. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LOCAL, localGrants } from './access/local-access.js';
import { PrincipalAccess } from './access/statement-access.js';
import type { Catalog } from './catalog/model.js';
import { visibleCatalog } from './catalog/visible-catalog.js';
import { fileGrants } from './config/file-grants.js';
import type { HeadgateConfig } from './config/headgate-config.js';
import { openFileTrail } from './control/audit/open-file-trail.js';
import { StatementGate } from './gate/statement-gate.js';
import { type GatewayOptions, openGateway } from './gateway.js';
import type { Engine } from './query/statement.js';

export interface LocalGateway {
  readonly engine: Engine;
  /** What the operator may see. */
  readonly catalog: Catalog;
  close(): Promise<void>;
}

/** Name of the file in the folder of all state. */
export const LOCAL_AUDIT_FILE = 'audit.jsonl';

/** Opens what the configuration names, for the operator. Throws what opening the gateway throws. */
export async function openLocalGateway(config: HeadgateConfig, options: GatewayOptions): Promise<LocalGateway> {
  const gateway = await openGateway(config, options);
  const trail = openFileTrail({ file: join(config.home, LOCAL_AUDIT_FILE), literals: config.audit.literals });
  const grants = localGrants({ fileGrants: fileGrants(config), schemas: config.schemas.map(({ name }) => name) });
  const gate = new StatementGate({
    engine: gateway.engine,
    frontEnd: 'cli',
    accessOf: async (principal, onDecision) => new PrincipalAccess(principal, () => grants, { onDecision }),
    // What the configuration says holds in the engine.
    limits: { enterStatement: async (_principal, asked) => ({ ...asked, leave: () => undefined }) },
    audit: trail,
  });
  const caller = () => ({ principal: LOCAL, requestId: randomUUID() });
  return {
    engine: {
      run: (request, signal) => gate.run(caller(), request, signal),
      plan: (request, signal) => gate.plan(caller(), request, signal),
      exportParquet: (request, signal) => gate.exportParquet(caller(), request, signal),
      close: () => gateway.engine.close(),
    },
    catalog: visibleCatalog(gateway.catalog, new PrincipalAccess(LOCAL, () => grants)),
    async close() {
      await gateway.close();
      await trail.close();
    },
  };
}
