import type { ClassNeeds } from '../../access/verb-classes.js';
import type { PartiqlStatement } from '../partiql/read-partiql.js';
import type { JsonPath } from '../request/json-value.js';

/** One place of a call that touches one table, and what it does there. Names are as the caller wrote them. */
export interface Touch {
  /** The path in words, for errors: `TransactItems[2].Put`; empty for the request itself. */
  readonly at: string;
  readonly name: WrittenName;
  /** The index that the verb names beside the table. */
  readonly index?: string;
  readonly needs: ClassNeeds;
  readonly reads: WriteReads;
  readonly place: NamePlace;
  /** Where the condition of a guard goes: only for entries whose needs have one. */
  readonly entry: JsonPath;
}

/** One name (`orders`, `shop.orders` or an ARN), or the parts of a PartiQL name. */
export type WrittenName =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'parts'; readonly statement: PartiqlStatement };

/** Where the name of the table stands in the request. */
export type NamePlace =
  | { readonly kind: 'member'; readonly path: JsonPath; readonly form: 'name' | 'arn' }
  /** It is the name of a member of the object at the path. */
  | { readonly kind: 'key'; readonly path: JsonPath; readonly key: string }
  | { readonly kind: 'statement'; readonly path: JsonPath; readonly statement: PartiqlStatement };

/** What a write tells of what was there. */
export interface WriteReads {
  /** Attributes that decide: if they are all of the key, they tell only whether the item is there, which every write tells. */
  readonly attributes: ReadonlySet<string>;
  /** Whether it tells more than that: it returns values, or depends on what lies inside of attributes. */
  readonly more: boolean;
}

export const READS_NOTHING: WriteReads = { attributes: new Set(), more: false };
