/** The gateway of the command line: engine and catalog for the operator, whose statements are recorded in a file. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL, localGrants } from './access/local-access.js';
import { PrincipalAccess } from './access/statement-access.js';
import type { Catalog } from './catalog/model.js';
import { visibleCatalog } from './catalog/visible-catalog.js';
import { fileGrants } from './config/file-grants.js';
import type { HeadgateConfig } from './config/headgate-config.js';
import type { AuditReport } from './control/audit/audit-report.js';
import { openFileTrail } from './control/audit/open-file-trail.js';
import { verifyFileTrail } from './control/audit/verify-file-trail.js';
import { StatementGate } from './gate/statement-gate.js';
import { callerReaders, type GatewayOptions, openGateway } from './gateway.js';
import { DEFAULT_MAX_UNITS } from './query/guard.js';
import type { Engine } from './query/statement.js';

export interface LocalGateway {
  readonly engine: Engine;
  /** What the operator may see. */
  readonly catalog: Catalog;
  close(): Promise<void>;
}

/** Checks the records of the command line; undefined where there are none yet. Throws FILE_ERROR and CANCELLED. */
export async function verifyLocalTrail(
  config: HeadgateConfig,
  options: { readonly signal: AbortSignal; readonly onProgress: (count: number) => void },
): Promise<AuditReport | undefined> {
  const file = auditFile(config);
  return existsSync(file) ? await verifyFileTrail(file, options) : undefined;
}

function auditFile({ home }: HeadgateConfig): string {
  return join(home, 'audit.jsonl');
}

/** Opens what the configuration names, for the operator. Throws what opening the gateway throws. */
export async function openLocalGateway(config: HeadgateConfig, options: GatewayOptions): Promise<LocalGateway> {
  const gateway = await openGateway(config, options);
  const trail = openFileTrail({ file: auditFile(config), literals: config.audit.literals });
  const grants = localGrants({ fileGrants: fileGrants(config), schemas: config.schemas.map(({ name }) => name) });
  const gate = new StatementGate({
    engine: gateway.engine,
    frontEnd: 'cli',
    accessOf: async (principal, onDecision) => new PrincipalAccess(principal, () => grants, { onDecision }),
    readersOf: async (access) => callerReaders(gateway.connections, access),
    // What the configuration says holds in the engine.
    limits: { enterStatement: async (_principal, asked) => ({ ...asked, leave: () => undefined }) },
    usualMaxUnits: config.limits.maxUnits ?? DEFAULT_MAX_UNITS,
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
