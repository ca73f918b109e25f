import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { type ValueStatistics, ValueTally } from '../value-statistics.js';

export interface SampleShape {
  readonly isComplete?: boolean;
  /** Which partition of the table the item at this place is of; each is of its own unless told. */
  readonly partition?: (at: number) => number;
}

/** What the sample of a table tells of one attribute whose values, item by item, were these. */
export function statisticsOf(values: readonly AttributeValue[], shape: SampleShape = {}): ValueStatistics {
  const { isComplete = false, partition = (at) => at } = shape;
  const tally = new ValueTally();
  values.forEach((value, at) => {
    tally.add({ value }, partition(at));
  });
  const found = tally.statistics(isComplete).get('value');
  if (found === undefined) throw new TypeError('no value can be a key');
  return found;
}

/** So many values, made of their places. */
export function values(count: number, valueAt: (at: number) => AttributeValue): AttributeValue[] {
  return Array.from({ length: count }, (_, at) => valueAt(at));
}
