import type { AccessCode } from './access-code.js';
import { LOCAL_ID } from './principal.js';

/** One line of who may do what where. */
export interface Grant {
  readonly id: string;
  readonly grantee: Grantee;
  readonly schema: string;
  /** The exact name of one table; undefined: all tables of the schema. */
  readonly table?: string;
  readonly code: AccessCode;
  /** `default` is written nowhere: see `defaultGrants`. */
  readonly source: 'file' | 'store' | 'default';
}

export interface Grantee {
  readonly kind: 'principal' | 'group';
  readonly id: string;
}

/** What is asked about: one table, or without one the schema as such. */
export interface AccessTarget {
  readonly schema: string;
  readonly table?: string;
}

/**
 * What holds without being written: `local` may read every schema as long as headgate.yaml grants nothing to anybody, because it
 * acts with the operator's own credentials. To be added to the grants of file and store.
 */
export function defaultGrants(given: {
  readonly fileHasGrants: boolean;
  readonly schemas: readonly string[];
}): readonly Grant[] {
  if (given.fileHasGrants) return [];
  return given.schemas.map((schema) => ({
    id: `default:${schema}`,
    grantee: { kind: 'principal', id: LOCAL_ID },
    schema,
    code: 'R',
    source: 'default',
  }));
}

/** The grant in one word or two, for records: `R on demo.flights (file:1)`. */
export function grantInShort({ id, code, schema, table }: Grant): string {
  return `${code} on ${table === undefined ? schema : `${schema}.${table}`} (${id})`;
}
