import { formatAboutUnits, formatCount, formatMs, formatNumberOf, formatShare } from '../base/format-quantity.js';
import { actualFigures, alignFigures, estimateFigures, type PlanLine } from './explain-figures.js';
import { adviceText } from './plan/index-advice.js';
import type { ReferencePlan, StatementPlan } from './plan/statement-plan.js';
import type { ReadSummary, StatementSummary } from './statement.js';

/** The plan as a text tree, for people, with what was spent where it has run; ends without a line feed. */
export function renderPlan(plan: StatementPlan, actual?: StatementSummary): string {
  const lines = statementLines(plan, actual);
  plan.references.forEach((reference, slot) => {
    const isLast = slot === plan.references.length - 1;
    const reads = actual?.reads.filter((read) => read.slot === slot) ?? [];
    const [first, ...rest] = referenceLines(reference, reads);
    lines.push({ ...first, text: `${isLast ? '└─ ' : '├─ '}${first.text}` });
    lines.push(...rest.map((line) => ({ ...line, text: `${isLast ? '   ' : '│  '}${line.text}` })));
  });
  const warnings = [...plan.warnings, ...(actual?.warnings ?? [])];
  lines.push(...warnings.map((warning) => ({ text: `warning: ${warning}` })));
  return alignFigures(lines).join('\n');
}

function statementLines({ estimate }: StatementPlan, actual: StatementSummary | undefined): PlanLine[] {
  const prices = estimate.pricesOf === undefined ? '' : `(prices of ${estimate.pricesOf})`;
  const planned = { text: 'statement', figures: estimateFigures(estimate, prices) };
  if (actual === undefined) return [planned];
  const { rows, executionMs, throttling } = actual;
  const rest = [formatNumberOf(rows, 'row'), ...(throttling === undefined ? [] : [throttledText(throttling)])].join(
    ', ',
  );
  return [planned, { text: '  actual', figures: actualFigures({ ...actual, milliseconds: executionMs }, rest) }];
}

function throttledText({ refusals, waitedMs }: NonNullable<StatementSummary['throttling']>): string {
  return `throttled ${formatNumberOf(refusals, 'time')}, waited ${formatMs(waitedMs)}`;
}

/** From this share on it is worth a word that a reading takes throughput away from others. */
const NOTABLE_SHARE = 0.1;

function referenceLines(reference: ReferencePlan, reads: readonly ReadSummary[]): readonly [PlanLine, ...PlanLine[]] {
  const { table, alias, path, index, fillIn, estimate, throughputShare = 0 } = reference;
  const name =
    alias.toLowerCase() === table.slice(table.indexOf('.') + 1).toLowerCase() ? table : `${table} AS ${alias}`;
  const share = throughputShare >= NOTABLE_SHARE ? `${formatShare(throughputShare)} of the throughput` : '';
  const title = `${name}: ${path}${index === undefined ? '' : ` ${index}`}${fillIn === true ? ' + batch-get' : ''}`;
  if (path === 'none' || path === 'catalog') return [{ text: title }];
  return [
    { text: title, figures: estimateFigures(estimate, share) },
    ...reads.map((read) => actualLine(read, reference, reads.length > 1)),
    ...detailLines(reference).map((text) => ({ text })),
  ];
}

function actualLine(read: ReadSummary, { path, fillIn }: ReferencePlan, isOneOfSeveral: boolean): PlanLine {
  const isAsPlanned = read.path === path && !isOneOfSeveral;
  const way = isAsPlanned ? '' : ` ${read.path}${read.index === undefined ? '' : ` ${read.index}`}`;
  const items =
    fillIn === true && read.index !== undefined ? formatNumberOf(read.itemsScanned, 'key') : itemsText(read);
  return { text: `  actual${way}`, figures: actualFigures(read, items) };
}

function itemsText({ itemsScanned, itemsReturned }: ReadSummary): string {
  const kept = itemsReturned === itemsScanned ? '' : `, ${formatCount(itemsReturned)} kept`;
  return `${formatNumberOf(itemsScanned, 'item')}${kept}`;
}

function detailLines(reference: ReferencePlan): string[] {
  const { keyConditions, filter, columns, conjuncts, advice, estimate, notes } = reference;
  return [
    ...(keyConditions ?? []).map((condition) => `key: ${condition}`),
    ...(filter === undefined ? [] : [`filter: ${filter}`]),
    `columns: ${columns.length === 0 ? '(only the number of rows)' : columns.join(', ')}`,
    ...conjuncts.map(({ sql, pushdown, use }) => `where ${sql}  [${pushdown}${use === 'none' ? '' : `, ${use}`}]`),
    ...notes.map((note) => `note: ${note}`),
    ...(advice === undefined
      ? []
      : [`advice: ${adviceText(advice)} instead of ${formatAboutUnits(estimate.readUnits)}`]),
  ];
}
