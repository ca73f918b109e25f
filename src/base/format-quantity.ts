/** Read units, which come in halves: `1.5`, `1,234.0`. */
export function formatUnits(units: number): string {
  return units.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** Units that are estimated: halves below a hundred, `12.5`, and whole ones above, `25,600`. */
export function formatAboutUnits(units: number): string {
  return units < 100 ? formatUnits(units) : formatCount(Math.round(units));
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Cents from a cent upward, two significant digits below; `<$0.0001` for less, as one can neither read nor spend it. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return '$0';
  if (dollars < 0.0001) return '<$0.0001';
  const digits = dollars >= 0.01 ? 2 : Math.ceil(-Math.log10(dollars)) + 1;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** `120 ms`, `1.5 s`, `7.3 min`, `12.4 h` */
export function formatMs(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** `40 %`, `250 %` */
export function formatShare(share: number): string {
  return `${formatCount(Math.round(share * 100))} %`;
}

/** `1 request`, `1,234 requests` */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
