import type { KeptValidation, SchemaDefinition, SchemaSecrets, StoredSchema, StoredState } from './stored-schema.js';

export interface NewStoredSchema {
  readonly name: string;
  readonly definition: SchemaDefinition;
  readonly secrets: SchemaSecrets;
  readonly at: Date;
  readonly by: string;
}

export interface StoredSchemaChange {
  readonly state: StoredState;
  /** What is left out stays. */
  readonly definition?: SchemaDefinition;
  readonly secrets?: SchemaSecrets;
  readonly at: Date;
}

/** Which schema as it was when it was looked at. */
export type SchemaVersion = Pick<StoredSchema, 'id' | 'name' | 'revision'>;

/** The schemas of the store. Every change is announced to all gateways before it resolves. */
export interface SchemaRepository {
  list(): Promise<readonly StoredSchema[]>;
  /** A schema that is pending. Throws CONFLICT when the name is taken. */
  insert(schema: NewStoredSchema): Promise<StoredSchema>;
  /** Raises the revision. Throws CONFLICT when it was changed or deleted meanwhile. */
  change(version: SchemaVersion, change: StoredSchemaChange): Promise<StoredSchema>;
  /** Keeps a validation, and sets the state that follows from it. Throws CONFLICT when the schema was changed meanwhile. */
  validated(version: SchemaVersion, validation: KeptValidation): Promise<StoredSchema>;
  /** Grants on the schema go with it, so that a new one of its name begins without. Throws NOT_FOUND. */
  remove(version: Pick<SchemaVersion, 'id' | 'name'>): Promise<void>;
  /** The latest ones, the newest first. */
  validations(id: string): Promise<readonly KeptValidation[]>;
  /** Calls the listener when schemas have changed, here or at another gateway. Returns how to stop it. */
  onChange(listener: () => void): () => void;
}
