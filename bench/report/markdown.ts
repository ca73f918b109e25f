import { type Figure, type KeptResult, meetsGoal, type ResultTable } from './benchmark-result.js';

/** The page `results.md`. */
export function renderResults(results: readonly KeptResult[]): string {
  const figures = results.flatMap(({ figures: own, name }) => own.map((figure) => [name, ...figureCells(figure)]));
  return `# Benchmark results

Made by \`npm run bench\`; the numbers are those of \`results.ndjson\`. Times say something of the machine and of what else it did just then;
ratios are taken in one run, against the way it is done without Headgate.

${renderTable({ columns: ['benchmark', 'figure', 'value', 'goal', 'met'], rows: figures })}
${results.map(renderResult).join('\n')}`;
}

/** One benchmark, for the page and for the terminal. */
export function renderResult({ name, title, sizes, machine, seconds, figures, table }: KeptResult): string {
  const { processor, cores, memoryGb, node, load } = machine;
  return `## ${name}

${title}

${figures.map((figure) => `- ${figureCells(figure).slice(0, 2).join(': ')}${goalText(figure)}`).join('\n')}

${renderTable(table)}
${sizes} sizes, ${seconds.toFixed(0)} s; ${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, load ${load} at the start
`;
}

function renderTable({ columns, rows }: ResultTable): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
  return `${[line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function figureCells(figure: Figure): string[] {
  const { label, value, unit, goal } = figure;
  const met = meetsGoal(figure);
  return [
    label,
    `${formatNumber(value)} ${unit}`,
    goal === undefined ? '' : 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`,
    met === undefined ? '' : met ? 'yes' : '**no**',
  ];
}

function goalText(figure: Figure): string {
  const [, , goal, met] = figureCells(figure);
  return goal === '' ? '' : ` (goal: ${goal}; met: ${met})`;
}

/** Three significant digits, and whole numbers whole. */
function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
