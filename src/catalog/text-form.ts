import type { ColumnType, StringType } from './column-type.js';

/** The types that are parsed from text. */
export type ParsedForm = Exclude<StringType['as'], 'text'>;

/**
 * The only spelling of each parsed type, as a regular expression that DuckDB and JavaScript read alike. Texts in any other
 * form read as NULL, with a warning: so the order of the texts is that of the values, and DynamoDB can compare them. It is
 * stricter than DuckDB's casts also because these lose something without a word: the offset of
 * `2026-07-01T10:00:00+02:00`, digits after the sixth of a second, what follows a date.
 */
const PATTERNS: Readonly<Record<ParsedForm, string>> = {
  date: '\\d{4}-\\d{2}-\\d{2}',
  timestamp: '\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6}0*)?(Z|[+]00(:?00)?)?)?',
  uuid: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
};

/** Whether the column itself is parsed from text; what is nested inside it does not count. */
export function isParsed(type: ColumnType): boolean {
  return type.kind === 'string' && type.as !== 'text';
}

/** SQL for the value of `text`, an SQL expression: NULL for what is not in the type's form, or is no such value. */
export function parsedText(as: ParsedForm, text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '${PATTERNS[as]}') THEN TRY_CAST(${text} AS ${as.toUpperCase()}) END`;
}

/** Whether the text is in the type's form and stands for a value: 2026-02-30 is no date. */
export function isInForm(as: ParsedForm, text: string): boolean {
  if (!new RegExp(`^(?:${PATTERNS[as]})$`).test(text)) return false;
  return as === 'uuid' || isDay(text.slice(0, 10));
}

/** Year 0 is none in SQL's calendar, where 1 BC comes before 1 AD. */
function isDay(text: string): boolean {
  const midnight = new Date(`${text}T00:00:00Z`);
  return !text.startsWith('0000') && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
