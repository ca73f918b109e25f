import { z } from 'zod';
import type { Action } from './action.js';
import { createTable } from './create-table.js';
import { deleteItem } from './delete-item.js';
import { deleteTable } from './delete-table.js';
import { describeTable } from './describe-table.js';
import { getItem } from './get-item.js';
import { listTables } from './list-tables.js';
import { queryItems } from './query-items.js';
import { rawRequest } from './raw-request.js';
import { scanItems } from './scan-items.js';
import { updateItem } from './update-item.js';
import { upsertItem } from './upsert-item.js';

/** All actions, in the order in which they are listed. */
export const ACTIONS: readonly Action[] = [
  ...[listTables, describeTable, createTable, deleteTable],
  ...[getItem, queryItems, scanItems, upsertItem, updateItem, deleteItem, rawRequest],
];

/** What a form or a tool needs to know of an action. */
export interface ActionDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of what it takes and what it gives. */
  readonly input: object;
  readonly output: object;
}

export function describeActions(): readonly ActionDescription[] {
  return ACTIONS.map(({ name, description, input, output }) => ({
    name,
    description,
    input: z.toJSONSchema(input, { io: 'input' }),
    output: z.toJSONSchema(output, { io: 'output' }),
  }));
}
