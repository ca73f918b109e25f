import { formatCount, formatMs, formatUnits } from '../../base/format-quantity.js';
import type { StatementProgress } from '../../query/statement.js';
import { fitWidth } from '../formats/display-width.js';
import { visibleText } from '../formats/visible-text.js';
import type { OutputStream } from './terminal.js';

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

export interface ProgressLine {
  show(text: string): void;
  /** Takes the line away; the next `show` brings it back. */
  clear(): void;
  /** Takes the line away for good. */
  end(): void;
}

/** One line that is written over and over, at most ten times a second; silent where the stream is no terminal. */
export function progressLine(stream: OutputStream, now: () => number = () => performance.now()): ProgressLine {
  const begin = now();
  let enabled = stream.isTTY === true;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let visible = false;
  const clear = () => {
    if (visible) stream.write(CLEAR_LINE);
    visible = false;
  };
  return {
    show(text) {
      if (!enabled || now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      const line = visibleText(`${text}, ${formatMs(drawnAt - begin)}`);
      // One column stays free: a full line would wrap, and its first part stay.
      stream.write(`${CLEAR_LINE}${fitWidth(line, (stream.columns ?? 80) - 1).text}`);
      visible = true;
    },
    clear,
    end() {
      clear();
      enabled = false;
    },
  };
}

/** For example `reading demo.flights: 12 requests, 34,567 items, 128.5 units`. */
export function progressText(progress: StatementProgress): string {
  const doing = progress.table === undefined ? progress.phase : `${progress.phase} ${progress.table}`;
  if (progress.requests === 0) return doing;
  const { requests, items, readUnits } = progress;
  const requestsText = `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  return `${doing}: ${requestsText}, ${formatCount(items)} items, ${formatUnits(readUnits)} units`;
}
