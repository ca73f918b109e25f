import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { costOfPath } from '../cost/cost-of-path.js';
import { describeLookup } from './describe-path.js';
import { isUseful, type LookupTerm, lookupCondition, lookupsOf, readingOrder } from './lookup.js';
import { type PlannedReference, type PlanOptions, planReference } from './plan-reference.js';

/**
 * The references as they are likely to be read: one that another knows the keys of is planned as a lookup where that is
 * cheaper for the number of keys that is expected. How it is read is decided when the keys are there.
 */
export function expectLookups(references: readonly PlannedReference[], options: PlanOptions): PlannedReference[] {
  const expected = new Map<number, PlannedReference>();
  for (const planned of readingOrder(references)) {
    const sources = planned.needed.lookups.flatMap((lookup) => {
      const from = expected.get(lookup.from);
      return from === undefined ? [] : [{ lookup, from }];
    });
    const lookups = sources.flatMap(({ lookup, from }) =>
      lookupsOf(planned, lookup).map((terms) => asLookup(planned, terms, { from, options })),
    );
    const known = lookups.filter((lookup) => lookup !== undefined);
    const [first] = known;
    const best = known.reduce(cheaper, first === undefined ? planned : withPossibleLookup(planned, first));
    expected.set(planned.reference.slot, best);
  }
  return references.map((planned) => expected.get(planned.reference.slot) ?? planned);
}

function cheaper(a: PlannedReference, b: PlannedReference): PlannedReference {
  return b.plan.estimate.readUnits < a.plan.estimate.readUnits ? b : a;
}

/** What is not expected may still turn out so. */
function withPossibleLookup(planned: PlannedReference, { plan }: PlannedReference): PlannedReference {
  const notes = [...planned.plan.notes, `looked up by ${plan.keyConditions?.join(', ')}, if these turn out to be few`];
  return { ...planned, plan: { ...planned.plan, notes } };
}

/** The reference with the plan of a lookup: what one key costs, as many times as keys are expected. */
function asLookup(
  planned: PlannedReference,
  terms: readonly LookupTerm[],
  { from, options }: { readonly from: PlannedReference; readonly options: PlanOptions },
): PlannedReference | undefined {
  const { source } = planned.reference;
  if (source.kind !== 'table' || !isUseful(planned)) return undefined;
  const sample = terms.map(({ column }): AttributeValue => SAMPLES[column.type.kind] ?? { S: 'x' });
  const one = planReference(planned.needed, options, [lookupCondition(terms, [sample])]);
  if (one.path.kind !== 'keys' && one.path.kind !== 'query') return undefined;
  const keys = Math.max(1, Math.ceil(from.items));
  const { readUnits, requests } = one.plan.estimate;
  const batches = one.path.kind === 'keys' ? Math.ceil(keys / 100) : keys * requests;
  const { keyConditions: _conditions, advice: _advice, ...shown } = one.plan;
  return {
    ...planned,
    items: one.items * keys,
    plan: {
      ...shown,
      path: 'lookup',
      keyConditions: [describeLookup(terms, from.reference)],
      ...costOfPath(one.path, { readUnits: readUnits * keys, requests: batches }, { ...options, source }),
      notes: [...planned.needed.notes, `about ${keys} ${keys === 1 ? 'key' : 'keys'}; a scan if there are too many`],
    },
  };
}

const SAMPLES: Readonly<Record<string, AttributeValue>> = {
  bigint: { N: '1' },
  hugeint: { N: '1' },
  decimal: { N: '1' },
  binary: { B: 'eA==' },
};
