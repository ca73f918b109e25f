import { FIRST_TABLES } from './0001-first-tables.js';

/** A step from one state of the tables to the next. Once released it never changes; a correction is a new migration. */
export interface Migration {
  /** Counts from 1 without a gap. */
  readonly number: number;
  readonly name: string;
  /** SQL statements separated by `;`, every name with its schema. */
  readonly statements: string;
}

export const MIGRATIONS: readonly Migration[] = [{ number: 1, name: 'first-tables', statements: FIRST_TABLES }];
