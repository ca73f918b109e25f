/** What a statement wants of a reference, where that lets reading end before the last item. */
export type Goal =
  /** The first `rows` rows in this order; any rows when the order is empty. */
  | {
      readonly kind: 'rows';
      readonly rows: number;
      readonly order: readonly OrderTerm[];
      /** Rows in which the first attribute of the order is missing do not count: `min(x)`, `max(x)`. */
      readonly ignoresMissing: boolean;
    }
  /** Only how many rows there are; the answer is one row with this column. */
  | { readonly kind: 'count'; readonly columnName: string };

export interface OrderTerm {
  readonly attribute: string;
  readonly descending: boolean;
  /** Where rows come in which the attribute is missing. */
  readonly missingFirst: boolean;
}
