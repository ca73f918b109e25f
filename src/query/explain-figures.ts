import { formatAboutUnits, formatCount, formatDollars, formatMs, formatUnits } from '../base/format-quantity.js';
import type { Estimate } from './plan/statement-plan.js';
import type { ReadSummary } from './statement.js';

/** A line of the tree; one with figures has them in columns with those of the other lines. */
export interface PlanLine {
  readonly text: string;
  readonly figures?: Figures;
}

/** Read units, requests, time and dollars as they are shown, and what stands behind them. */
export interface Figures {
  readonly units: string;
  readonly requests: number;
  readonly time: string;
  readonly dollars: string;
  readonly rest: string;
}

/** The figures of an estimate, which begin with `~`. */
export function estimateFigures({ readUnits, requests, seconds, dollars }: Estimate, rest = ''): Figures {
  const units = `~${formatAboutUnits(readUnits)}`;
  return { units, requests, time: formatMs(seconds * 1000), dollars: formatDollars(dollars), rest };
}

/** The figures of what was spent. */
export function actualFigures(
  spent: Pick<ReadSummary, 'readUnits' | 'requests' | 'milliseconds' | 'dollars'>,
  rest: string,
): Figures {
  const { readUnits, requests, milliseconds, dollars } = spent;
  return {
    units: formatUnits(readUnits),
    requests,
    time: formatMs(milliseconds),
    dollars: formatDollars(dollars),
    rest,
  };
}

/** A longer text moves its own figures to the right, not all of them. */
const MAX_TEXT_WIDTH = 60;

/** The lines with their figures in columns. */
export function alignFigures(lines: readonly PlanLine[]): string[] {
  const rows = lines.flatMap(({ text, figures }) => (figures === undefined ? [] : [{ text, figures }]));
  const widest = (of: (row: (typeof rows)[number]) => number) => Math.max(0, ...rows.map(of));
  const textWidth = Math.min(
    MAX_TEXT_WIDTH,
    widest(({ text }) => text.length),
  );
  const unitsWidth = widest(({ figures }) => figures.units.length);
  const requestsWidth = widest(({ figures }) => formatCount(figures.requests).length);
  const timeWidth = widest(({ figures }) => figures.time.length);
  const dollarsWidth = widest(({ figures }) => figures.dollars.length);
  return lines.map(({ text, figures }) => {
    if (figures === undefined) return text;
    const { units, requests, time, dollars, rest } = figures;
    return [
      text.padEnd(textWidth),
      `${units.padStart(unitsWidth)} ${plural('unit', units === '1.0' || units === '~1.0')}`,
      `${formatCount(requests).padStart(requestsWidth)} ${plural('request', requests === 1)}`,
      time.padStart(timeWidth),
      dollars.padStart(dollarsWidth),
      rest,
    ]
      .join('  ')
      .trimEnd();
  });
}

/** As wide as the plural, so that what follows stays in its column. */
function plural(noun: string, isOne: boolean): string {
  return isOne ? `${noun} ` : `${noun}s`;
}
