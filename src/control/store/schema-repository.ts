import { randomUUID } from 'node:crypto';
import { type Selectable, sql, type Transaction } from 'kysely';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { SchemaRepository, SchemaVersion } from '../schemas/schema-repository.js';
import type {
  KeptStep,
  KeptValidation,
  SchemaDefinition,
  SchemaSecrets,
  StoredSchema,
} from '../schemas/stored-schema.js';
import { SEALED_PLACE } from './reseal.js';
import type { Sealer } from './seal.js';
import type { Store } from './store.js';
import { isUniqueViolation } from './store-error.js';
import type { SchemaTable, SchemaValidationTable, StoreTables } from './tables.js';

/** Validations of a schema that are kept. */
const VALIDATIONS_KEPT = 20;

/** Schemas; their external IDs and keys are sealed. */
export function schemaRepository(store: Store, sealer: Sealer): SchemaRepository {
  const seal = (id: string, secrets: SchemaSecrets) => sealer.seal(JSON.stringify(secrets), SEALED_PLACE.schema(id));
  const toSchema = (row: Selectable<SchemaTable>, validation?: KeptValidation): StoredSchema => {
    const { sealedSecrets, definition, ...rest } = row;
    return {
      ...rest,
      // Only written below, from values of these types; sealed text cannot have been changed by others.
      definition: definition as unknown as SchemaDefinition,
      secrets: JSON.parse(sealer.open(sealedSecrets, SEALED_PLACE.schema(row.id))) as SchemaSecrets,
      ...(validation === undefined ? {} : { validation }),
    };
  };
  return {
    async list() {
      const rows = await store.db.selectFrom('schemas').selectAll().orderBy('name').execute();
      const validations = await store.db
        .selectFrom('schemaValidations')
        .selectAll()
        .distinctOn('schemaId')
        .orderBy('schemaId')
        .orderBy('at', 'desc')
        .execute();
      const latest = new Map(validations.map((row) => [row.schemaId, toValidation(row)]));
      return rows.map((row) => toSchema(row, latest.get(row.id)));
    },

    async insert({ name, definition, secrets, at, by }) {
      const id = randomUUID();
      const row = {
        id,
        name,
        state: 'pending' as const,
        definition: JSON.stringify(definition),
        sealedSecrets: seal(id, secrets),
        revision: 1,
        createdAt: at,
        createdBy: by,
        changedAt: at,
      };
      return await store
        .change('schemas', async (transaction) =>
          toSchema(await transaction.insertInto('schemas').values(row).returningAll().executeTakeFirstOrThrow()),
        )
        .catch((error) => {
          if (isUniqueViolation(error)) throw nameTaken(name, error);
          throw error;
        });
    },

    change: (version, { state, definition, secrets, at }) =>
      store.change('schemas', async (transaction) => {
        const { id, revision } = await lockSchema(transaction, version);
        const row = await transaction
          .updateTable('schemas')
          .set({
            state,
            revision: revision + 1,
            changedAt: at,
            ...(definition === undefined ? {} : { definition: JSON.stringify(definition) }),
            ...(secrets === undefined ? {} : { sealedSecrets: seal(id, secrets) }),
          })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toSchema(row);
      }),

    validated: (version, validation) =>
      store.change('schemas', async (transaction) => {
        const { id } = await lockSchema(transaction, version);
        const { steps, ...values } = validation;
        await transaction
          .insertInto('schemaValidations')
          .values({ ...values, id: randomUUID(), schemaId: id, steps: JSON.stringify(steps) })
          .execute();
        await forgetOldValidations(transaction, id);
        const row = await transaction
          .updateTable('schemas')
          .set({ state: validation.ok ? 'active' : 'failed', changedAt: validation.at })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toSchema(row, validation);
      }),

    remove: ({ id, name }) =>
      store.change('schemas', async (transaction) => {
        const { numDeletedRows } = await transaction.deleteFrom('schemas').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw new HeadgateError('NOT_FOUND', `The schema ${name} was deleted already.`);
        await transaction.deleteFrom('grants').where(sql`lower(schema_name)`, '=', name.toLowerCase()).execute();
      }),

    async validations(id) {
      const query = store.db.selectFrom('schemaValidations').selectAll().where('schemaId', '=', id);
      return (await query.orderBy('at', 'desc').execute()).map(toValidation);
    },

    onChange: (listener) =>
      store.onChange((topic) => {
        if (topic === 'schemas' || topic === 'everything') listener();
      }),
  };
}

/** The row, for as long as the transaction nobody else's to change. Throws CONFLICT. */
async function lockSchema(transaction: Transaction<StoreTables>, { id, name, revision }: SchemaVersion) {
  const row = await transaction.selectFrom('schemas').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (row?.revision === revision) return row;
  throw new HeadgateError('CONFLICT', `The schema ${name} was changed or deleted meanwhile.`, {
    hint: `Look at it with \`headgate schema show ${name}\`, and try again.`,
  });
}

async function forgetOldValidations(transaction: Transaction<StoreTables>, schemaId: string): Promise<void> {
  const old = transaction
    .selectFrom('schemaValidations')
    .select('id')
    .where('schemaId', '=', schemaId)
    .orderBy('at', 'desc')
    .offset(VALIDATIONS_KEPT);
  await transaction.deleteFrom('schemaValidations').where('id', 'in', old).execute();
}

function toValidation({ at, ok, message, steps }: Selectable<SchemaValidationTable>): KeptValidation {
  // Only written above, from values of this type.
  return { at, ok, message, steps: steps as unknown as readonly KeptStep[] };
}

function nameTaken(name: string, cause: unknown): HeadgateError {
  return new HeadgateError('CONFLICT', `There is a schema called ${name} already.`, {
    hint: 'Choose another name; names of schemas never change, and are the same in any case of letters.',
    cause,
  });
}
