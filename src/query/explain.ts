import { formatCount, formatDollars, formatUnits } from '../base/format-quantity.js';
import type { Estimate, ReferencePlan, StatementPlan } from './plan/statement-plan.js';

/** The plan as a text tree, for people; ends without a line feed. */
export function renderPlan(plan: StatementPlan): string {
  const lines = [`statement  ${estimateText(plan.estimate)}`];
  plan.references.forEach((reference, i) => {
    const isLast = i === plan.references.length - 1;
    const [first = '', ...rest] = referenceLines(reference);
    lines.push(`${isLast ? '└─ ' : '├─ '}${first}`);
    lines.push(...rest.map((line) => `${isLast ? '   ' : '│  '}${line}`));
  });
  lines.push(...plan.warnings.map((warning) => `warning: ${warning}`));
  return lines.join('\n');
}

function referenceLines(reference: ReferencePlan): string[] {
  const { table, alias, path, index, keyConditions, filter, columns, conjuncts, estimate, notes } = reference;
  const name =
    alias.toLowerCase() === table.slice(table.indexOf('.') + 1).toLowerCase() ? table : `${table} AS ${alias}`;
  const lines = [`${name}: ${path}${index === undefined ? '' : ` ${index}`}  ${estimateText(estimate)}`];
  if (path === 'none' || path === 'catalog') return lines;
  lines.push(...(keyConditions ?? []).map((condition) => `key: ${condition}`));
  if (filter !== undefined) lines.push(`filter: ${filter}`);
  lines.push(`columns: ${columns.length === 0 ? '(only the number of rows)' : columns.join(', ')}`);
  lines.push(
    ...conjuncts.map(({ sql, pushdown, use }) => `where ${sql}  [${pushdown}${use === 'none' ? '' : `, ${use}`}]`),
  );
  lines.push(...notes.map((note) => `note: ${note}`));
  return lines;
}

function estimateText({ readUnits, requests, dollars }: Estimate): string {
  const units = `${formatUnits(readUnits)} ${readUnits === 1 ? 'unit' : 'units'}`;
  return `~${units}, ${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}, ${formatDollars(dollars)}`;
}
