import { HeadgateError } from '../base/errors/headgate-error.js';
import { nearest } from '../base/nearest.js';
import type { SchemaConfig } from '../config/headgate-config.js';

/** `pending`: not validated yet, or changed since. `failed`: validation found what keeps it from working. */
export type SchemaState = 'pending' | 'active' | 'failed' | 'disabled';

/** A schema of headgate.yaml or of the store, as it is now. */
export interface ServedSchema {
  readonly config: SchemaConfig;
  readonly state: SchemaState;
  /** Another one as soon as connections must be made anew. */
  readonly revision: string;
}

/** The schemas of the gateway, which come, go and change. Names are unique without regard to case. */
export interface SchemaSource {
  /** As they were when they were last read. */
  all(): readonly ServedSchema[];
  /** Resolves when `all` gives what was announced before this call. Throws STORE_UNAVAILABLE and STORE_FAILED. */
  current(): Promise<unknown>;
  /** Calls the listener when `all` gives something else. Returns how to stop it. */
  onChange(listener: () => void): () => void;
}

/** Schemas that stay as they are: those of a configuration alone. */
export function fixedSchemas(schemas: readonly SchemaConfig[]): SchemaSource {
  const served = schemas.map(activeSchema);
  return { all: () => served, current: async () => undefined, onChange: () => () => undefined };
}

/** A schema of headgate.yaml is active: whoever wrote it answers for it. */
export function activeSchema(config: SchemaConfig): ServedSchema {
  return { config, state: 'active', revision: 'file' };
}

/** The active schema of exactly this name. Throws SCHEMA_NOT_FOUND and SCHEMA_NOT_ACTIVE. */
export function requireActive(schemas: readonly ServedSchema[], name: string): ServedSchema {
  const schema = schemas.find(({ config }) => config.name === name);
  if (schema?.state === 'active') return schema;
  if (schema !== undefined) throw notActive(schema);
  const names = schemas.map(({ config }) => config.name);
  const near = nearest(name, names);
  throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${name}".`, {
    hint: near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean "${near}"?`,
  });
}

/** Why nothing can be asked of the schema of this name, in any case of letters; undefined when it is active, or not there. */
export function whyUnavailable(schemas: readonly ServedSchema[], name: string): HeadgateError | undefined {
  const schema = schemas.find(({ config }) => config.name.toLowerCase() === name.toLowerCase());
  return schema === undefined || schema.state === 'active' ? undefined : notActive(schema);
}

function notActive({ config: { name }, state }: ServedSchema): HeadgateError {
  const { detail, hint } = REASONS[state === 'active' ? 'pending' : state];
  return new HeadgateError('SCHEMA_NOT_ACTIVE', `The schema ${name} is ${state}.`, {
    detail,
    hint: hint.replaceAll('NAME', name),
  });
}

const REASONS = {
  pending: {
    detail: 'It has not been validated since it was made or changed, and such a schema runs no statement.',
    hint: 'An administrator makes it active with `headgate schema validate NAME`.',
  },
  failed: {
    detail: 'Its last validation failed, and such a schema runs no statement.',
    hint: '`headgate schema show NAME` tells the step that failed and what to do; then `headgate schema validate NAME`.',
  },
  disabled: {
    detail: 'It was disabled, and such a schema runs no statement.',
    hint: 'An administrator makes it active again with `headgate schema validate NAME`.',
  },
} as const;
