import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inParallel } from '../../base/in-parallel.js';
import { parseTableArn } from './table-arn.js';
import { type Finding, fail, ok, type StepContext, warn } from './validated-role.js';

/** Of every table of an account only so many are looked at: one statement of the policy is for all of them. */
const LISTED_TABLES_TRIED = 10;

export const TABLES_AT_ONCE = 8;

/** Describes every listed table; for `*` lists them and describes some. */
export async function tablesStep(context: StepContext): Promise<Finding> {
  const { role, session, signal, untilPropagated } = context;
  if (session === undefined) throw new TypeError('there is no session');
  const { directory } = session.dynamodb;
  const wantsAll = role.tables === '*';
  const names = role.tables === '*' ? await untilPropagated(() => directory.listTables(signal)) : role.tables;
  const tried = wantsAll ? names.slice(0, LISTED_TABLES_TRIED) : names;
  const found = await inParallel(tried, TABLES_AT_ONCE, async (name) => {
    try {
      return await untilPropagated(() => directory.describeTable(name, signal));
    } catch (error) {
      if (error instanceof HeadgateError && error.code === 'TABLE_NOT_FOUND') return undefined;
      throw error;
    }
  });
  const missing = tried.filter((_, i) => found[i] === undefined);
  const described = found.filter((table) => table !== undefined);
  context.described = described;
  const { region, accountId } = role.place;
  if (missing.length > 0 && !wantsAll) {
    return fail(
      `There ${missing.length === 1 ? 'is no table' : 'are no tables'} ${missing.join(', ')} in ${region} of account ${accountId}.`,
      ['Compare the names, which are case-sensitive, and the region of the schema; then correct its list of tables.'],
    );
  }
  const elsewhere = described.find(({ arn }) => isElsewhere(arn, role.place));
  if (elsewhere !== undefined) {
    return fail(
      `The table ${elsewhere.name} is ${elsewhere.arn}, and the schema says ${region} of account ${accountId}.`,
      ['Correct the region or the account of the schema.'],
    );
  }
  if (names.length === 0) {
    return warn(`There are no tables in ${region} of account ${accountId}.`, [
      'If there should be some, correct the region.',
    ]);
  }
  if (!wantsAll) return ok(`All ${described.length} tables are there.`);
  return ok(`${names.length} tables are listed, and ${described.length} of them were described.`);
}

/** A local DynamoDB may tell no ARN, or one of its own. */
function isElsewhere(arn: string | undefined, place: { readonly region: string; readonly accountId: string }): boolean {
  const actual = parseTableArn(arn);
  return actual !== undefined && (actual.region !== place.region || actual.accountId !== place.accountId);
}
