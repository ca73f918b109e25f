import type { HeadgateConfig } from '../config/headgate-config.js';
import { type Gateway, type GatewayOptions, openGateway, type SchemaConnection } from '../gateway.js';

export interface LazyGateway extends Omit<Gateway, 'connectionOf'> {
  connectionOf(schema: string): Promise<SchemaConnection>;
  /** Opens it now. Throws what opening throws. */
  open(): Promise<void>;
}

/** A gateway that is opened when it is first asked for something: what administers it needs no tables. */
export function lazyGateway(config: HeadgateConfig, options: GatewayOptions): LazyGateway {
  let opened: Promise<Gateway> | undefined;
  const gateway = () => {
    opened ??= openGateway(config, options);
    return opened;
  };
  return {
    open: async () => void (await gateway()),
    engine: {
      run: async (request, signal) => (await gateway()).engine.run(request, signal),
      plan: async (request, signal) => (await gateway()).engine.plan(request, signal),
      exportParquet: async (request, signal) => (await gateway()).engine.exportParquet(request, signal),
      close: async () => (await opened)?.engine.close(),
    },
    catalog: {
      schemas: config.schemas.map(({ name }) => name),
      listTables: async (...question) => (await gateway()).catalog.listTables(...question),
      table: async (...question) => (await gateway()).catalog.table(...question),
    },
    connectionOf: async (schema) => (await gateway()).connectionOf(schema),
    forgetTable: async (name) => (await gateway()).forgetTable(name),
    close: async () => (await opened)?.close(),
  };
}
