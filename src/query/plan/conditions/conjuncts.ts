import type { Conjunct, Predicate, Translated } from './predicate.js';

/** The conditions of a reference, and those of them that DynamoDB can be asked. */
export interface CombinedConjuncts {
  readonly conjuncts: readonly Conjunct[];
  readonly translated: readonly { readonly conjunct: Conjunct; readonly condition: Translated }[];
}

/** A reference that the plan reads several times is fetched once, with every item that any of the readings wants. */
export function combineReadings(readings: readonly (readonly Conjunct[])[]): CombinedConjuncts {
  const different = new Map(readings.map((reading) => [JSON.stringify(reading), reading]));
  const [only = [], ...others] = different.values();
  const conjuncts = others.length === 0 ? only : [anyOf([only, ...others])];
  const translated = conjuncts.flatMap((conjunct) =>
    conjunct.translated === undefined ? [] : [{ conjunct, condition: conjunct.translated }],
  );
  return { conjuncts, translated };
}

function anyOf(readings: readonly (readonly Conjunct[])[]): Conjunct {
  const sql = readings.map((conjuncts) => conjuncts.map((each) => each.sql).join(' AND ') || 'true').join(' OR ');
  const terms = readings.map((conjuncts): Predicate | undefined => {
    const known = conjuncts.flatMap(({ translated }) => (translated === undefined ? [] : [translated.predicate]));
    // An AND of one term would be parentheses within parentheses, which DynamoDB refuses.
    return known.length > 1 ? { kind: 'and', terms: known } : known[0];
  });
  if (!terms.every((term) => term !== undefined)) return { sql, translated: undefined };
  const exact = readings.flat().every(({ translated }) => translated?.exact === true);
  return { sql, translated: { predicate: { kind: 'or', terms }, exact } };
}
