import type { GatewayConfig, SchemaConfig } from './headgate-config.js';

/** Whether expired items of the table are left out, or the name of the attribute that says when an item expires. */
export function hidesExpired({ hideExpired }: SchemaConfig, table: string): boolean | string {
  return typeof hideExpired === 'boolean' ? hideExpired : (ownValue(hideExpired, table) ?? false);
}

/** Read units per second that may be spent on the table; undefined when there is no limit. */
export function unitsPerSecond(config: GatewayConfig, schema: string, table: string): number | undefined {
  const settings = config.schemas.find(({ name }) => name === schema)?.unitsPerSecond ?? {};
  return ownValue(settings, table) ?? config.limits.unitsPerSecond;
}

/** A table may be called `constructor`. */
function ownValue<T>(byTable: Readonly<Record<string, T>>, table: string): T | undefined {
  return Object.hasOwn(byTable, table) ? byTable[table] : undefined;
}
