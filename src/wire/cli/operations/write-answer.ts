import { formatDollars, formatUnits } from '../../../base/format-quantity.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';

/** What an operation has spent; a part of what the API tells. */
export interface Capacity {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly dollars: number;
}

export async function writeAnswer(answer: unknown, { terminal }: CommandContext): Promise<void> {
  await writeText(terminal.stdout, `${JSON.stringify(answer, null, 2)}\n`);
}

/** On standard error: warnings, and for example `Read 0.5 units, <$0.0001.` */
export async function writeCost(
  { capacity, warnings }: { readonly capacity: Capacity; readonly warnings: readonly string[] },
  { terminal }: CommandContext,
): Promise<void> {
  const lines = [...warnings.map((warning) => `warning: ${warning}`), costText(capacity)];
  await writeText(terminal.stderr, lines.map((line) => `${line}\n`).join(''));
}

export function costText({ readUnits, writeUnits, dollars }: Capacity): string {
  const unitsOf = (units: number) => `${formatUnits(units)} ${units === 1 ? 'unit' : 'units'}`;
  const written = writeUnits > 0 ? `wrote ${unitsOf(writeUnits)}` : '';
  const read = readUnits > 0 || written === '' ? `read ${unitsOf(readUnits)}` : '';
  const text = [read, written].filter((part) => part !== '').join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}, ${formatDollars(dollars)}.`;
}
