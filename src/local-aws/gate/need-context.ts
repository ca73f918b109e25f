import type { ConditionContext } from '../policy/pattern.js';
import type { PolicyDocument } from '../policy/policy-document.js';
import { asksFor } from '../policy/policy-document.js';
import type { Need } from './need.js';

/** The name of the partition key of a table or an index, undefined when there is none of that name. */
export type FindPartitionKey = (table: string, index: string | undefined) => Promise<string | undefined>;

/**
 * The condition keys of a call. Which of its values is the key, only the description of the table tells, so that is asked for when
 * a policy wants to know.
 */
export async function needContext(
  { target, touches }: Need,
  policies: readonly PolicyDocument[],
  findPartitionKey: FindPartitionKey,
): Promise<ConditionContext> {
  const context = new Map<string, readonly string[]>([['dynamodb:attributes', touches.attributes]]);
  const { select, returnValues, enclosingOperation, isPartiqlSelect } = touches;
  if (select !== undefined) context.set('dynamodb:select', [select]);
  if (returnValues !== undefined) context.set('dynamodb:returnvalues', [returnValues]);
  if (enclosingOperation !== undefined) context.set('dynamodb:enclosingoperation', [enclosingOperation]);
  if (target.kind !== 'table' || !KEYS_BY_TABLE.some((key) => asksFor(policies, key))) return context;
  const partitionKey = await findPartitionKey(target.table, target.index);
  const leadingKeys = partitionKey === undefined ? undefined : touches.leadingKeys(partitionKey);
  if (leadingKeys !== undefined) context.set('dynamodb:leadingkeys', leadingKeys);
  if (isPartiqlSelect) context.set('dynamodb:fulltablescan', [String(leadingKeys === undefined)]);
  return context;
}

const KEYS_BY_TABLE = ['dynamodb:leadingkeys', 'dynamodb:fulltablescan'];
