import { LOCAL } from '../access/local-access.js';
import { type Principal, SCOPES } from '../access/principal.js';
import type { HeadgateConfig } from '../config/headgate-config.js';
import { createCatalogService } from '../control/admin/catalog-service.js';
import { createAdminService } from '../control/admin/create-admin-service.js';
import type { Recording } from '../control/admin/record-act.js';
import { createTokenService } from '../control/admin/token-service.js';
import { listAudit } from '../control/audit/list-audit.js';
import { verifyAudit } from '../control/audit/verify-audit.js';
import { summarizeUsage } from '../control/usage/summarize-usage.js';
import { OperationGate, type OperationGateParts } from '../gate/operation-gate.js';
import { StatementGate } from '../gate/statement-gate.js';
import { callerReaders, type GatewayOptions } from '../gateway.js';
import type { OperatorKey } from '../identity/operator-key.js';
import { unauthenticated } from '../identity/unauthenticated.js';
import { describeActions } from '../operations/actions/actions.js';
import { DEFAULT_MAX_UNITS } from '../query/guard.js';
import type { Credentials, HttpServices } from '../wire/http/contract/http-services.js';
import { apiAuditRecord } from './api-audit-record.js';
import type { LazyGateway } from './lazy-gateway.js';
import type { Limiters } from './limiters.js';
import type { Control } from './open-control.js';
import { schemaServices } from './schema-services.js';

export interface ServiceParts {
  readonly config: HeadgateConfig;
  readonly gateway: Pick<LazyGateway, 'engine' | 'catalog' | 'connections'>;
  readonly control: Control;
  readonly operatorKey: OperatorKey;
  readonly issuer: () => string;
  readonly limiters: Limiters;
  /** What operations pass, but for the front end. */
  readonly operations: Omit<OperationGateParts, 'frontEnd'>;
  readonly waiting: GatewayOptions['waiting'];
}

/** Everything that the HTTP server calls, each part from the module that has it. */
export function httpServices(parts: ServiceParts): HttpServices {
  const { config, gateway, control, operatorKey, issuer, limiters, waiting } = parts;
  const { store, sealer, identity, grants, limits, trail } = control;
  const recording: Recording = { trail, frontEnd: 'http', now: Date.now };
  const schemas = schemaServices(config, control, { recording, waiting });
  return {
    authenticate: (credentials) => authenticate(credentials, control, operatorKey),
    admit: (call) => limiters.requests.admit(call),
    readiness: async () => [{ name: 'store', isReady: await answers(control) }],
    tokens: createTokenService({ identity, issuer, recording }),
    statements: new StatementGate({
      engine: gateway.engine,
      frontEnd: 'http',
      accessOf: (principal, onDecision) => grants.book.accessOf(principal, onDecision),
      readersOf: async (access) => callerReaders(await gateway.connections(), access),
      limits: limiters.statements,
      usualMaxUnits: config.limits.maxUnits ?? DEFAULT_MAX_UNITS,
      audit: trail,
    }),
    operations: operationServiceOver(new OperationGate({ ...parts.operations, frontEnd: 'http' })),
    catalog: createCatalogService({
      catalog: gateway.catalog,
      schemas: schemas.records,
      details: schemas.details,
      book: grants.book,
      recording,
    }),
    schemas: schemas.service,
    usage: {
      async summary(_caller, query) {
        const { days, ...summary } = await summarizeUsage(store, query);
        return { tenantId: 'default', ...summary, days: [...days] };
      },
    },
    audit: {
      async list(_caller, { from, to, ...query }) {
        const range = {
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
        };
        const { items, nextToken } = await listAudit(store, { ...query, ...range });
        return { items: items.map(apiAuditRecord), ...(nextToken === undefined ? {} : { nextToken }) };
      },
      async verify(_caller, signal) {
        const { problems, ...report } = await verifyAudit(store, sealer, { signal });
        return { ...report, problems: [...problems] };
      },
    },
    admin: createAdminService({
      identity,
      grants,
      limits,
      schemas: () => schemas.records().map(({ schemaName }) => schemaName),
      recording,
    }),
  };
}

function operationServiceOver(gate: OperationGate): HttpServices['operations'] {
  return {
    run: (...call) => gate.run(...call),
    stream: (...call) => gate.stream(...call),
    act: (...call) => gate.act(...call),
    actions: describeActions,
  };
}

async function authenticate(
  { bearer }: Credentials,
  { identity }: Control,
  operatorKey: OperatorKey,
): Promise<Principal> {
  if (bearer === undefined) {
    throw unauthenticated('There is no access token.', 'Send it as `Authorization: Bearer <token>`.');
  }
  return operatorKey.matches(bearer) ? OPERATOR : await identity.authenticate(bearer);
}

/** Whoever has the operator's key: may use the whole API, and of the data what headgate.yaml grants to `local`. */
const OPERATOR: Principal = { ...LOCAL, scopes: new Set(SCOPES), isAdmin: true };

async function answers({ store }: Control): Promise<boolean> {
  try {
    await store.execute('select 1');
    return true;
  } catch {
    return false;
  }
}
