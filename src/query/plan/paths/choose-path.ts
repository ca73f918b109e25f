import { endEarly, isEnded } from './early-end.js';
import { indexCandidates } from './index-candidates.js';
import type { Candidate, PathRequest } from './path-request.js';
import { tableCandidate, tableScan } from './table-candidates.js';

export interface ChosenPath extends Candidate {
  /** What to read when the path ends before it has given the rows that are wanted. */
  readonly otherwise?: Candidate;
}

/**
 * The cheapest path that reads every item for which the conditions can be true, or as many of them as the goal needs. Ties
 * go to fewer requests, then to fewer items, then to keys before scans, and to the table before indexes. Pure.
 */
export function choosePath(request: PathRequest): ChosenPath {
  if (request.goal?.kind !== 'count') return chooseAmong(request);
  // DynamoDB counts without giving any attribute, so every index will do that has the items.
  const counted = chooseAmong({ ...request, attributes: new Set() });
  return isEnded(counted.path) ? counted : chooseAmong({ ...request, goal: undefined });
}

function chooseAmong(request: PathRequest): ChosenPath {
  const obstacles: string[] = [];
  const byIndex = request.table.description.indexes.flatMap((index) => indexCandidates(index, request, obstacles));
  const candidates = [
    tableCandidate(request),
    ...byIndex.filter(({ path }) => path.kind !== 'scan'),
    tableScan(request),
    ...byIndex.filter(({ path }) => path.kind === 'scan'),
  ]
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => endEarly(candidate, request));
  const sure = cheapest(candidates.filter(({ mayLack }) => mayLack === undefined));
  const hopeful = cheapest(candidates.filter(({ mayLack, path }) => mayLack !== undefined && isEnded(path)));
  if (sure === undefined) throw new TypeError('a table can always be scanned');
  if (hopeful !== undefined && isCheaper(hopeful, sure)) return { ...hopeful, otherwise: sure };
  return sure.path.kind === 'scan' ? { ...sure, notes: [...sure.notes, ...obstacles] } : sure;
}

function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (best, each) => (best === undefined || isCheaper(each, best) ? each : best),
    undefined,
  );
}

function isCheaper({ estimate: a }: Candidate, { estimate: b }: Candidate): boolean {
  if (a.readUnits !== b.readUnits) return a.readUnits < b.readUnits;
  return a.requests !== b.requests ? a.requests < b.requests : a.items < b.items;
}
