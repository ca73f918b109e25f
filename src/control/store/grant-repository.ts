import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Grant } from '../../access/grant.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { GrantRepository } from '../grants/grant-repository.js';
import { isUuid } from './is-uuid.js';
import { lockGroup, lockPrincipal, NOBODY } from './principal-locks.js';
import type { Store } from './store.js';
import type { GrantTable } from './tables.js';

export function grantRepository(store: Store): GrantRepository {
  return {
    async list() {
      const rows = await store.db.selectFrom('grants').selectAll().orderBy('createdAt').orderBy('id').execute();
      return rows.map(toGrant);
    },

    put: ({ grantee, schema, table, code }, { at, by }) =>
      store.change('grants', async (transaction) => {
        if (grantee.kind === 'group') await lockGroup(transaction, grantee.id);
        else await lockPrincipal(transaction, grantee.id);
        const row = await transaction
          .insertInto('grants')
          .values({
            id: randomUUID(),
            principalId: grantee.kind === 'group' ? null : grantee.id,
            groupId: grantee.kind === 'group' ? grantee.id : null,
            schemaName: schema,
            tableName: table ?? null,
            code,
            createdAt: at,
            createdBy: by,
          })
          .onConflict((conflict) => conflict.expression(TARGET).doUpdateSet({ code, createdAt: at, createdBy: by }))
          .returningAll()
          .executeTakeFirstOrThrow();
        return toGrant(row);
      }),

    remove: (id) =>
      store.change('grants', async (transaction) => {
        const row = await transaction
          .deleteFrom('grants')
          .where('id', '=', isUuid(id) ? id : NOBODY)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw new HeadgateError('NOT_FOUND', `No grant of the store has the id ${id}.`);
        return toGrant(row);
      }),

    async findIds(names) {
      const [principals, groups] = await Promise.all([
        store.db
          .selectFrom('principals')
          .select(['id', sql<string>`kind || ':' || name`.as('name')])
          .where('revokedAt', 'is', null)
          .where(sql`lower(kind || ':' || name)`, 'in', names.map(lower))
          .execute(),
        store.db
          .selectFrom('groups')
          .select(['id', sql<string>`'group:' || name`.as('name')])
          .where(sql`lower('group:' || name)`, 'in', names.map(lower))
          .execute(),
      ]);
      const found = [...principals, ...groups];
      const ids = new Map<string, string>();
      for (const name of names) {
        // Which letters are the same in another case is for the database to say; where it tells two apart, so does this.
        const own = found.find((each) => each.name === name) ?? found.find((each) => isSameName(each.name, name));
        if (own !== undefined) ids.set(name, own.id);
      }
      return ids;
    },

    onChange: (listener) =>
      store.onChange((topic) => {
        if (RELEVANT.has(topic)) listener();
      }),
  };
}

const RELEVANT: ReadonlySet<string> = new Set(['grants', 'identity', 'schemas', 'everything']);

/** The columns of the index `grants_target`. */
const TARGET = sql`coalesce(principal_id, group_id), schema_name, coalesce(table_name, '')`;

function lower(name: string) {
  return sql`lower(${name})`;
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function toGrant({ id, principalId, groupId, schemaName, tableName, code }: Selectable<GrantTable>): Grant {
  return {
    id,
    // The table holds that exactly one of the two is there.
    grantee: groupId === null ? { kind: 'principal', id: principalId ?? '' } : { kind: 'group', id: groupId },
    schema: schemaName,
    ...(tableName === null ? {} : { table: tableName }),
    code,
    source: 'store',
  };
}
