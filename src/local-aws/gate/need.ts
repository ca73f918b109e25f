/** What a call of DynamoDB needs to be allowed: one action on one resource, with what conditions can ask about it. */
export interface Need {
  /** For example `dynamodb:Query`. */
  readonly action: string;
  readonly target: Target;
  readonly touches: Touches;
}

export type Target =
  /** An index, when one is named, is a resource of its own: its table's permission does not reach it. */
  | { readonly kind: 'table'; readonly table: string; readonly index: string | undefined }
  /** A table given by ARN. */
  | { readonly kind: 'arn'; readonly arn: string }
  /** The action knows no resources. */
  | { readonly kind: 'everything' };

/** What the call touches of the items, for the condition keys of the same names. */
export interface Touches {
  /** Top-level attributes. */
  readonly attributes: readonly string[];
  readonly select?: string | undefined;
  readonly returnValues?: string | undefined;
  /** The verb around it, for entries of transactions. */
  readonly enclosingOperation?: string | undefined;
  /** The values of the partition key, of that name, that the call is limited to; undefined when it is not. */
  readonly leadingKeys: (partitionKey: string) => readonly string[] | undefined;
  /** Whether it is a PartiQL select, the one action that `dynamodb:FullTableScan` is for. */
  readonly isPartiqlSelect?: boolean;
}

/** A call about tables, not items. */
export const NO_ITEMS: Touches = { attributes: [], leadingKeys: () => undefined };
