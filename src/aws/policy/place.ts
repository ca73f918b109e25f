import { splitRoleName } from '../names.js';
import type { Partition } from '../partition.js';

/** Where the tables of a schema are. */
export interface Place {
  readonly partition: Partition;
  readonly region: string;
  readonly accountId: string;
}

/** `*`: every table of the place, also those to come. */
export type TableList = '*' | readonly string[];

export function roleArn({ partition, accountId }: Pick<Place, 'partition' | 'accountId'>, roleName: string): string {
  const { path, name } = splitRoleName(roleName);
  return `arn:${partition}:iam::${accountId}:role${path}${name}`;
}

/** `table` may be `*`. */
export function tableArn({ partition, region, accountId }: Place, table: string): string {
  return `arn:${partition}:dynamodb:${region}:${accountId}:table/${table}`;
}

/** All indexes of a table: IAM checks a query of an index against the index's ARN, not against the table's. */
export function indexArn(place: Place, table: string): string {
  return `${tableArn(place, table)}/index/*`;
}
