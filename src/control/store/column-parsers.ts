/**
 * How both drivers read the column types that they would otherwise read differently, by PostgreSQL's type OIDs: int8 as a
 * number, which must be exact; date and numeric as their text.
 */
export const COLUMN_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  20: safeInteger,
  1082: (text) => text,
  1700: (text) => text,
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no exact JavaScript number.`);
  return value;
}
