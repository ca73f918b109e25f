import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openSchemaBook } from '../schemas/schema-book.js';
import type { NewStoredSchema, SchemaRepository } from '../schemas/schema-repository.js';
import type { KeptValidation } from '../schemas/stored-schema.js';
import { grantRepository } from './grant-repository.js';
import { openStore } from './open-store.js';
import { resealAll } from './reseal.js';
import { schemaRepository } from './schema-repository.js';
import { createSealer } from './seal.js';
import { STORE_KINDS, type TestStore } from './testing/store-kinds.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const at = new Date('2026-01-31T12:00:00Z');

function newSchema(name: string): NewStoredSchema {
  return {
    name,
    definition: {
      region: 'eu-central-1',
      tables: ['orders'],
      wayIn: {
        kind: 'role',
        accountId: '123456789012',
        roleName: 'HeadgateReadRole',
        access: 'R',
        catalogExtras: true,
        denyFullScans: false,
      },
    },
    secrets: { externalId: 'headgate-secret-1' },
    at,
    by: 'local local',
  };
}

function validation(changes: Partial<KeptValidation> = {}): KeptValidation {
  const step = { step: 'tables', title: 'Tables', outcome: 'ok', message: 'm', remedies: [], durationMs: 1 } as const;
  return { at, ok: true, message: 'all is well', steps: [step], ...changes };
}

describe.each(STORE_KINDS.filter(({ available }) => available))('schemas in $name', ({ open }) => {
  let test: TestStore;
  let schemas: SchemaRepository;
  beforeAll(async () => {
    test = await open();
    schemas = schemaRepository(test.store, createSealer([OLD]));
  }, 60_000);
  afterAll(() => test?.remove());

  it('are kept as they were made, with what is secret sealed', async () => {
    const made = await schemas.insert(newSchema('kept'));
    expect(made).toMatchObject({ name: 'kept', state: 'pending', revision: 1, createdAt: at });
    expect((await schemas.list()).find(({ name }) => name === 'kept')).toEqual(made);
    const { rows } = await test.store.execute("select * from headgate.schemas where name = 'kept'");
    expect(JSON.stringify(rows)).not.toContain('headgate-secret-1');
  });

  it('have names that are unique in any case of letters', async () => {
    await schemas.insert(newSchema('Unique'));
    await expect(schemas.insert(newSchema('uNIQUE'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('become active or failed by a validation, unless they were changed meanwhile', async () => {
    const made = await schemas.insert(newSchema('validated'));
    expect(await schemas.validated(made, validation())).toMatchObject({ state: 'active', revision: 1 });
    const later = new Date(at.getTime() + 1000);
    const failed = validation({ ok: false, message: 'no', at: later });
    expect(await schemas.validated(made, failed)).toMatchObject({ state: 'failed', validation: { message: 'no' } });
    const disabled = await schemas.change(made, { state: 'disabled', at });
    expect(disabled).toMatchObject({ state: 'disabled', revision: 2 });
    // A validation that began before the schema was disabled does not make it active.
    await expect(schemas.validated(made, validation())).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(schemas.change(made, { state: 'pending', at })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await schemas.validations(made.id)).map(({ message }) => message)).toEqual(['no', 'all is well']);
    expect((await schemas.list()).find(({ id }) => id === made.id)?.validation?.message).toBe('no');
  });

  it('keep the latest twenty validations', async () => {
    const made = await schemas.insert(newSchema('often'));
    for (let i = 0; i < 23; i += 1) {
      await schemas.validated(made, validation({ message: `${i}`, at: new Date(at.getTime() + i) }));
    }
    const kept = await schemas.validations(made.id);
    expect([kept.length, kept[0]?.message, kept.at(-1)?.message]).toEqual([20, '22', '3']);
  });

  it('go with the grants on them', async () => {
    const made = await schemas.insert(newSchema('Gone'));
    const grants = grantRepository(test.store);
    await test.store.execute(
      "insert into headgate.groups values ('11111111-1111-4111-8111-111111111111', 'staff', now())",
    );
    const grantee = { kind: 'group', id: '11111111-1111-4111-8111-111111111111' } as const;
    for (const schema of ['Gone', 'Other']) await grants.put({ grantee, schema, code: 'R' }, { at, by: 'x' });
    await schemas.remove(made);
    await expect(schemas.remove(made)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await grants.list()).map(({ schema }) => schema)).toEqual(['Other']);
  });

  it('are sealed anew with a new key', async () => {
    await schemas.insert(newSchema('resealed'));
    expect(await resealAll(test.store, createSealer([NEW, OLD]))).toBeGreaterThan(0);
    const anew = schemaRepository(test.store, createSealer([NEW]));
    expect((await anew.list()).map(({ secrets }) => secrets.externalId)).toContain('headgate-secret-1');
    await resealAll(test.store, createSealer([OLD, NEW]));
  });

  it('are known to every gateway of the store as soon as they are announced', async () => {
    const { databaseUrl, directory, store } = test;
    const otherStore = databaseUrl === undefined ? store : await openStore({ databaseUrl, directory });
    if (otherStore !== store) onTestFinished(() => otherStore.close());
    const other = schemaRepository(otherStore, createSealer([OLD]));
    const book = await openSchemaBook({ repository: other, onProblem: () => {} });
    onTestFinished(() => book.close());
    const stateOf = (name: string) => book.all().find((schema) => schema.name === name)?.state;
    /** The states of the schema, each as soon as the other gateway knows it. */
    const becomes = (name: string, state: string | undefined) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (stateOf(name) !== state) return;
          stop();
          resolve();
        };
        const stop = book.onChange(look);
        look();
      });
    const startedAt = performance.now();
    const made = await schemas.insert(newSchema('shared'));
    await becomes('shared', 'pending');
    await schemas.validated(made, validation());
    await becomes('shared', 'active');
    const disabled = await schemas.change(made, { state: 'disabled', at });
    await becomes('shared', 'disabled');
    await schemas.remove(disabled);
    await becomes('shared', undefined);
    // Four changes, each within a second.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});
