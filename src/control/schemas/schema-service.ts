import { newExternalId } from '../../aws/external-id.js';
import type { ValidationEvent } from '../../aws/validation/validated-role.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { SchemaConfig } from '../../config/headgate-config.js';
import type { Caller, SchemaService } from '../../wire/http/contract/http-services.js';
import { type Recording, recordChange } from '../admin/record-act.js';
import { roleText, type TrustSettings } from './role-plan.js';
import type { SchemaBook } from './schema-book.js';
import { defineSchema, redefineSchema } from './schema-definition.js';
import { storedSchemaRecord, withExternalId } from './schema-record.js';
import type { SchemaRepository } from './schema-repository.js';
import { roleArnOf, type StoredSchema } from './stored-schema.js';
import { type SchemaTrial, validateSchema } from './validate-schema.js';
import { withoutSecret } from './without-secret.js';

export interface SchemaParts {
  readonly repository: Omit<SchemaRepository, 'list' | 'onChange'>;
  readonly book: Pick<SchemaBook, 'current'>;
  /** Those of headgate.yaml. */
  readonly fileSchemas: readonly SchemaConfig[];
  readonly trust: TrustSettings;
  /** Whether the caller may know of the schema without having made it. */
  readonly isVisible: (caller: Caller, schema: string) => Promise<boolean>;
  readonly recording: Recording;
  /** For tests: time as validation sees it. */
  readonly waiting?: SchemaTrial['waiting'];
}

/** What administrators do with schemas of the store; holds at this gateway when it resolves, and at all others in a moment. */
export function createSchemaService(parts: SchemaParts): SchemaService {
  const { repository, book, fileSchemas, trust, recording } = parts;
  const at = () => new Date(recording.now());

  const stored = async (name: string): Promise<StoredSchema> => {
    const schemas = await book.current();
    const isCalled = (each: string) => each.toLowerCase() === name.toLowerCase();
    if (fileSchemas.some((each) => isCalled(each.name))) throw ofFile(name);
    const schema = schemas.find((each) => isCalled(each.name));
    if (schema !== undefined) return schema;
    throw notFound(
      name,
      schemas.map((each) => each.name),
    );
  };

  const act = async <T>(caller: Caller, kind: string, subject: string, work: () => Promise<T>): Promise<T> => {
    const result = await recordChange(recording, caller, { kind, subject, work });
    await book.current();
    return result;
  };

  const validate: SchemaService['validate'] = async (caller, name, { signal, onEvent = () => {} }) => {
    const schema = await stored(name);
    // What is known to work has an external ID that nobody needs to see any more.
    const secret = schema.state === 'active' ? schema.secrets.externalId : undefined;
    const tell = (event: ValidationEvent) => onEvent(withoutSecret(event, secret));
    const { report, state } = await recordChange(recording, caller, {
      kind: 'schema.validate',
      subject: inWords(schema),
      work: async () => {
        const found = await validateSchema(schema, { ...trust, waiting: parts.waiting, signal, onEvent: tell });
        const kept = withoutSecret({ ...found, at: at() }, schema.secrets.externalId);
        const changed = await repository.validated(schema, kept);
        return { report: withoutSecret(found, secret), state: changed.state };
      },
      subjectOf: (ended) => `${inWords(schema)}: ${ended.state}`,
    });
    await book.current();
    const steps = report.steps.map((step) => ({ ...step, remedies: [...step.remedies] }));
    return { ok: report.ok, message: report.message, steps, status: state };
  };

  return {
    async create(caller, schema) {
      const { schemaName } = schema;
      if (fileSchemas.some(({ name }) => name.toLowerCase() === schemaName.toLowerCase())) {
        throw new HeadgateError('CONFLICT', `headgate.yaml has a schema called ${schemaName}.`, {
          hint: 'Choose another name.',
        });
      }
      const defined = defineSchema(schema);
      const by = `${caller.principal.kind} ${caller.principal.name}`;
      const made = await act(caller, 'schema.create', inWords({ name: schemaName, ...defined }), () =>
        repository.insert({ name: schemaName, ...defined, at: at(), by }),
      );
      return withExternalId(storedSchemaRecord(made), made);
    },

    async change(caller, name, { status, ...change }, signal) {
      let schema = await stored(name);
      if (Object.keys(change).length > 0) {
        const defined = redefineSchema(schema, change);
        const words = inWords({ name: schema.name, ...defined });
        const state = schema.state === 'disabled' ? 'disabled' : 'pending';
        schema = await act(caller, 'schema.change', words, () =>
          repository.change(schema, { ...defined, state, at: at() }),
        );
      }
      if (status === 'disabled') {
        schema = await act(caller, 'schema.disable', inWords(schema), () =>
          repository.change(schema, { state: 'disabled', at: at() }),
        );
      }
      if (status === 'active') {
        await validate(caller, name, { signal });
        schema = await stored(name);
      }
      return withExternalId(storedSchemaRecord(schema), schema);
    },

    async remove(caller, name) {
      const schema = await stored(name);
      await act(caller, 'schema.remove', inWords(schema), () => repository.remove(schema));
    },

    async rotateExternalId(caller, name) {
      const schema = await stored(name);
      if (schema.definition.wayIn.kind !== 'role') {
        throw new HeadgateError('REQUEST_INVALID', `The schema ${schema.name} has no role, and so no external ID.`);
      }
      const state = schema.state === 'disabled' ? 'disabled' : 'pending';
      const secrets = { ...schema.secrets, externalId: newExternalId() };
      const changed = await act(caller, 'schema.rotate-external-id', inWords(schema), () =>
        repository.change(schema, { secrets, state, at: at() }),
      );
      return withExternalId(storedSchemaRecord(changed), changed);
    },

    async role(caller, name, format, signal) {
      if (!(await parts.isVisible(caller, name))) throw notFound(name, []);
      return await roleText(await stored(name), format, { ...trust, signal });
    },

    validate,
  };
}

/** For audit: what it is and how it is entered, without anything secret. */
function inWords({ name, definition }: Pick<StoredSchema, 'name' | 'definition'>): string {
  const { region, tables, wayIn, endpoints } = definition;
  const how = wayIn.kind === 'role' ? `by ${roleArnOf(region, wayIn)} for ${wayIn.access}` : `by ${wayIn.kind}`;
  const what = tables === '*' ? 'all tables' : `tables ${tables.join(', ')}`;
  const where = endpoints?.dynamodb === undefined ? region : `${region} at ${endpoints.dynamodb}`;
  return `schema ${name} in ${where} ${how}, ${what}`;
}

function ofFile(name: string): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', `The schema ${name} is defined in headgate.yaml.`, {
    hint: 'Change it there, and start the gateway again.',
  });
}

function notFound(name: string, names: readonly string[]): HeadgateError {
  const near = nearest(name, names);
  return new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${name}".`, {
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}
