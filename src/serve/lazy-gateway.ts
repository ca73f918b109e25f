import type { HeadgateConfig } from '../config/headgate-config.js';
import type { SchemaConnections } from '../connections/schema-connections.js';
import { type SchemaSource, whyUnavailable } from '../connections/served-schema.js';
import { type Gateway, type GatewayOptions, openGateway } from '../gateway.js';

export interface LazyGateway extends Omit<Gateway, 'connections'> {
  connections(): Promise<SchemaConnections>;
  /** Opens it now. Throws what opening throws. */
  open(): Promise<void>;
}

export interface LazyGatewayOptions extends GatewayOptions {
  readonly schemas: SchemaSource;
}

/** A gateway that is opened when it is first asked for something: what administers it needs no tables. */
export function lazyGateway(config: HeadgateConfig, options: LazyGatewayOptions): LazyGateway {
  let opened: Promise<Gateway> | undefined;
  const gateway = () => {
    opened ??= openGateway(config, options);
    return opened;
  };
  return {
    connections: async () => (await gateway()).connections,
    open: async () => void (await gateway()),
    engine: {
      run: async (request, signal) => (await gateway()).engine.run(request, signal),
      plan: async (request, signal) => (await gateway()).engine.plan(request, signal),
      exportParquet: async (request, signal) => (await gateway()).engine.exportParquet(request, signal),
      close: async () => (await opened)?.engine.close(),
    },
    catalog: {
      get schemas() {
        return options.schemas.all().flatMap(({ state, config: { name } }) => (state === 'active' ? [name] : []));
      },
      unavailable: (schema) => whyUnavailable(options.schemas.all(), schema),
      listTables: async (...question) => (await gateway()).catalog.listTables(...question),
      table: async (...question) => (await gateway()).catalog.table(...question),
    },
    forgetTable: async (name) => (await gateway()).forgetTable(name),
    close: async () => (await opened)?.close(),
  };
}
