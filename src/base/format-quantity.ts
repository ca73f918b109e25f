/** Read units, which come in halves: `1.5`, `1,234.0`. */
export function formatUnits(units: number): string {
  return units.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Cents from a cent upward, two significant digits below: one unit costs $0.00000013. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return '$0';
  const digits = dollars >= 0.01 ? 2 : Math.min(12, Math.ceil(-Math.log10(dollars)) + 1);
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** `120 ms`, `1.5 s` */
export function formatMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
