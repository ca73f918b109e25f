import type { HeadgateConfig } from '../config/headgate-config.js';
import type { SchemaDetails } from '../control/admin/catalog-service.js';
import type { Recording } from '../control/admin/record-act.js';
import {
  fileSchemaRecord,
  storedSchemaRecord,
  validationRecord,
  withExternalId,
} from '../control/schemas/schema-record.js';
import { createSchemaService } from '../control/schemas/schema-service.js';
import type { GatewayOptions } from '../gateway.js';
import type { SchemaRecord } from '../wire/http/contract/catalog.js';
import type { SchemaService } from '../wire/http/contract/http-services.js';
import type { Control } from './open-control.js';

export interface SchemaServices {
  /** All of them, as the API shows them in a list. */
  records(): readonly SchemaRecord[];
  readonly details: SchemaDetails;
  readonly service: SchemaService;
}

export interface SchemaServiceOptions {
  readonly recording: Recording;
  readonly waiting: GatewayOptions['waiting'];
}

/** What the API knows and does of schemas, those of headgate.yaml and those of the store. */
export function schemaServices(
  config: HeadgateConfig,
  { schemas, grants }: Control,
  { recording, waiting }: SchemaServiceOptions,
): SchemaServices {
  const { book, repository } = schemas;
  const names = new Set(config.schemas.map(({ name }) => name.toLowerCase()));
  const others = () => book.all().filter(({ name }) => !names.has(name.toLowerCase()));
  return {
    records: () => [...config.schemas.map(fileSchemaRecord), ...others().map(storedSchemaRecord)],
    async details(record, { principal }) {
      const schema = record.source === 'store' ? others().find(({ name }) => name === record.schemaName) : undefined;
      if (schema === undefined) return record;
      const validations = (await repository.validations(schema.id)).map(validationRecord);
      const own = { ...record, validations };
      return principal.scopes.has('schemas:write') ? withExternalId(own, schema) : own;
    },
    service: createSchemaService({
      repository,
      book,
      fileSchemas: config.schemas,
      trust: { trust: config.aws.trustPrincipal, sourceIdentity: config.aws.sourceIdentity },
      isVisible: async ({ principal }, name) =>
        principal.scopes.has('schemas:write') || (await grants.book.accessOf(principal)).isSchemaVisible(name),
      recording,
      ...(waiting === undefined ? {} : { waiting }),
    }),
  };
}
