import type { Hand, Items } from '../../direct/hand.js';

/** A kind of question, in SQL and in the best calls that a person who knows the table would write for it. */
export interface QueryShape {
  readonly name: string;
  readonly sql: string;
  /** Returns the items that the rows are made of; nothing where rows are not items, or only some of several equal answers. */
  readonly best: (hand: Hand) => Promise<Items | undefined>;
}

/** A question whose rows are not the items that are read for it. */
export function aggregate(name: string, sql: string, read: (hand: Hand) => Promise<unknown>): QueryShape {
  return {
    name,
    sql,
    best: async (hand) => {
      await read(hand);
      return undefined;
    },
  };
}
