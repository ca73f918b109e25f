import type { JointDecision } from '../../access/decide.js';
import type { Principal } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Catalog } from '../../catalog/model.js';
import { visibleCatalog } from '../../catalog/visible-catalog.js';
import type { SchemaRecord } from '../../wire/http/contract/catalog.js';
import type { Caller, CatalogService } from '../../wire/http/contract/http-services.js';
import type { GrantBook } from '../grants/grant-book.js';
import { pageOf } from './page-of.js';
import { codeOf, grantInWords, type Recording, recordAct } from './record-act.js';

export type SchemaDetails = (record: SchemaRecord, caller: Caller) => Promise<SchemaRecord>;

export interface CatalogParts {
  /** All there is. */
  readonly catalog: Catalog;
  /** The schemas of this gateway. */
  readonly schemas: () => readonly SchemaRecord[];
  /** What is told of a schema by itself. */
  readonly details: SchemaDetails;
  readonly book: Pick<GrantBook, 'accessOf'>;
  readonly recording: Recording;
}

/** Shows a principal what it may see of the catalog. What is told of one table is recorded, as describing it by SQL is. */
export function createCatalogService({ catalog, schemas, details, book, recording }: CatalogParts): CatalogService {
  const visibleSchemas = async (principal: Principal) => {
    const access = await book.accessOf(principal);
    // Who manages schemas knows of them all; of their tables only what is granted.
    const manages = principal.scopes.has('schemas:write');
    return schemas().filter(({ schemaName }) => manages || access.isSchemaVisible(schemaName));
  };
  /** Throws SCHEMA_NOT_FOUND. */
  const schemaCalled = async (principal: Principal, name: string) => {
    const visible = await visibleSchemas(principal);
    const found = visible.find(({ schemaName }) => schemaName.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${name}".`);
  };
  return {
    schemas: async ({ principal }, paging) =>
      pageOf(await visibleSchemas(principal), ({ schemaName }) => [schemaName.toLowerCase(), schemaName], paging),

    schema: async (caller, name) => await details(await schemaCalled(caller.principal, name), caller),

    async tables({ principal }, name, paging, signal) {
      const { schemaName } = await schemaCalled(principal, name);
      const visible = visibleCatalog(catalog, await book.accessOf(principal));
      const page = pageOf(await visible.listTables(schemaName, signal), (table) => [table], paging);
      const items = page.items.map((tableName) => ({
        schemaName,
        tableName,
        qualifiedName: `${schemaName}.${tableName}`,
      }));
      return { ...page, items };
    },

    table: (caller, { schema, table }, signal) => {
      const named = schemas().find(({ schemaName }) => schemaName.toLowerCase() === schema.toLowerCase());
      return recorded(recording, caller, `${named?.schemaName ?? schema}.${table}`, async (onDecision) => {
        const { schemaName } = await schemaCalled(caller.principal, schema);
        const access = await book.accessOf(caller.principal, (_tables, decision) => onDecision(decision));
        const name = { schema: schemaName, table };
        // A table that may not be seen ends like one that is missing, before what it would need is said.
        if (access.isTableVisible(name)) await access.authorize([name], 'explain');
        return await visibleCatalog(catalog, access).table(name, signal);
      });
    },
  };
}

async function recorded<T>(
  recording: Recording,
  caller: Caller,
  table: string,
  work: (onDecision: (decision: JointDecision) => void) => Promise<T>,
): Promise<T> {
  const act = { kind: 'catalog.table', subject: table, tables: [table], began: recording.now() };
  // Without a decision the table was not visible, or not there.
  let decision: JointDecision = { allowed: false, refusals: [] };
  const words = () => ({
    decision: decision.allowed ? ('allowed' as const) : ('refused' as const),
    decidedBy: decision.allowed
      ? decision.grants.map(grantInWords)
      : decision.refusals.flatMap(({ decision: { grant } }) => (grant === undefined ? [] : [grantInWords(grant)])),
  });
  let result: T;
  try {
    result = await work((taken) => {
      decision = taken;
    });
  } catch (error) {
    await recordAct(recording, caller, act, { ...words(), outcome: 'failed', errorCode: codeOf(error) });
    throw error;
  }
  await recordAct(recording, caller, act, words());
  return result;
}
