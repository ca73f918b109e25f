import { isAbsolute, resolve } from 'node:path';
import { fileGrants } from '../config/file-grants.js';
import type { HeadgateConfig } from '../config/headgate-config.js';
import type { OpenTrail } from '../control/audit/audit-event.js';
import { fileSink } from '../control/audit/file-sink.js';
import { openAuditTrail } from '../control/audit/open-audit-trail.js';
import type { AuditSink, SinkReport } from '../control/audit/sink.js';
import { streamSink } from '../control/audit/stream-sink.js';
import { type GrantBook, openGrantBook } from '../control/grants/grant-book.js';
import type { GrantRepository } from '../control/grants/grant-repository.js';
import { type LimitBook, openLimitBook } from '../control/limits/limit-book.js';
import type { LimitRepository } from '../control/limits/limit-values.js';
import { openSchemaBook, type SchemaBook } from '../control/schemas/schema-book.js';
import type { SchemaRepository } from '../control/schemas/schema-repository.js';
import { grantRepository } from '../control/store/grant-repository.js';
import { identityRepositories } from '../control/store/identity-repositories.js';
import { limitRepository } from '../control/store/limit-repository.js';
import { openStore } from '../control/store/open-store.js';
import { checkSealer } from '../control/store/reseal.js';
import { schemaRepository } from '../control/store/schema-repository.js';
import { createSealer, type Sealer } from '../control/store/seal.js';
import { readSealingKeys } from '../control/store/sealing-keys.js';
import type { Store } from '../control/store/store.js';
import { createIdentity, type Identity } from '../identity/create-identity.js';
import type { Closing } from './closing.js';

/** The state of the gateway, and who may do what. */
export interface Control {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly identity: Identity;
  readonly grants: { readonly book: GrantBook; readonly repository: GrantRepository };
  readonly schemas: { readonly book: SchemaBook; readonly repository: SchemaRepository };
  readonly limits: { readonly book: LimitBook; readonly repository: LimitRepository };
  readonly trail: OpenTrail;
}

export interface ControlOptions {
  readonly config: HeadgateConfig;
  /** `iss` of tokens. */
  readonly issuer: () => string;
  readonly closing: Closing;
  /** When a copy of the audit records cannot be written. */
  readonly onSink: (report: SinkReport) => void;
  /** When changes of schemas cannot be read. */
  readonly onSchemas: (problem: unknown) => void;
  /** Names of grantees in headgate.yaml that nobody has. */
  readonly onWaiting: (names: readonly string[]) => void;
}

/** Opens the store and what stands on it; throws STORE_IN_USE, STORE_UNAVAILABLE, STORE_FAILED, SEALING_KEY_WRONG, FILE_ERROR. */
export async function openControl({
  config,
  issuer,
  closing,
  onSink,
  onSchemas,
  onWaiting,
}: ControlOptions): Promise<Control> {
  const { databaseUrl, sealingKey } = config.store;
  const store = await openStore({ directory: config.home, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  closing.add(() => store.close());
  const keys = await readSealingKeys({
    directory: config.home,
    ...(sealingKey === undefined ? {} : { key: sealingKey }),
  });
  const sealer = createSealer(keys);
  await checkSealer(store, sealer);
  const trail = openAuditTrail({ store, sealer, literals: config.audit.literals, sinks: sinksOf(config), onSink });
  closing.add(() => trail.close());
  const identity = await createIdentity({ repositories: identityRepositories(store, sealer), issuer });
  closing.add(() => identity.close());
  const limits = { repository: limitRepository(store), book: openLimitBook(limitRepository(store)) };
  closing.add(() => limits.book.close());
  const schemas = schemaRepository(store, sealer);
  const schemaBook = await openSchemaBook({ repository: schemas, onProblem: onSchemas });
  closing.add(() => schemaBook.close());
  const grants = grantRepository(store);
  const book = await openGrantBook({
    repository: grants,
    fileGrants: fileGrants(config),
    schemas: async () => [...config.schemas, ...(await schemaBook.current())].map(({ name }) => name),
    onWaiting: (waiting) => onWaiting(waiting.map(({ grantee }) => grantee.id)),
  });
  closing.add(() => book.close());
  return {
    store,
    sealer,
    identity,
    grants: { book, repository: grants },
    schemas: { book: schemaBook, repository: schemas },
    limits,
    trail,
  };
}

function sinksOf({ audit, home }: HeadgateConfig): readonly AuditSink[] {
  if (audit.file === undefined) return [];
  if (audit.file === '-') return [streamSink('standard output', process.stdout)];
  return [fileSink(isAbsolute(audit.file) ? audit.file : resolve(home, '..', audit.file))];
}
