import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { flatten } from '../keys/key-ranges.js';
import type { ExpressionNames } from './expression-names.js';
import { type AttributePath, type Predicate, pathsOf } from './predicate.js';

/** DynamoDB's limits on one expression (dynamodb-numbers.md 5). */
const MAX_BYTES = 4096;
const MAX_OPERATORS = 300;
const MAX_IN_OPERANDS = 100;
/** All values of a request may have 2 MB; a filter of a quarter of that is already no longer worth sending. */
const MAX_VALUE_BYTES = 512 * 1024;

export interface CompiledFilter {
  readonly expression: string;
  /** In readable form, for plans. */
  readonly text: string;
}

/**
 * The FilterExpression for as many of the predicates as may and can be pushed, and which of them are wholly in it.
 * Terms that name an excluded attribute are left out (a Query's filter may not name its key attributes), and so is what no
 * longer fits: an AND loses terms, an OR is kept whole or not at all.
 */
export function compileFilter(
  predicates: readonly Predicate[],
  isExcluded: (attribute: string) => boolean,
  names: ExpressionNames,
): { readonly filter: CompiledFilter | undefined; readonly complete: readonly boolean[] } {
  const parts: string[] = [];
  const texts: string[] = [];
  let bytes = 0;
  let operators = 0;
  let valueBytes = 0;
  const complete = predicates.map((predicate) => {
    let whole = true;
    for (const term of flatten(predicate)) {
      const draft = names.fork();
      const compiled = pathsOf(term).some(([attribute]) => isExcluded(attribute)) ? undefined : compile(term, draft);
      const fits =
        compiled !== undefined &&
        bytes + compiled.length + 5 <= MAX_BYTES &&
        operators + operatorsOf(term) + 1 <= MAX_OPERATORS &&
        valueBytes + valueBytesOf(term) <= MAX_VALUE_BYTES;
      if (!fits) {
        whole = false;
        continue;
      }
      const expression = compile(term, names);
      const part = term.kind === 'or' ? `(${expression})` : expression;
      bytes += part.length + 5;
      operators += operatorsOf(term) + 1;
      valueBytes += valueBytesOf(term);
      parts.push(part);
      texts.push(term.kind === 'or' ? `(${describe(term)})` : describe(term));
    }
    return whole;
  });
  if (parts.length === 0) return { filter: undefined, complete };
  // A single OR needs no parentheses, and DynamoDB refuses redundant ones only when doubled.
  return { filter: { expression: parts.join(' AND '), text: texts.join(' AND ') }, complete };
}

function compile(predicate: Predicate, names: ExpressionNames): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms
        .map((term) => (term.kind === 'and' || term.kind === 'or' ? `(${compile(term, names)})` : compile(term, names)))
        .join(predicate.kind === 'and' ? ' AND ' : ' OR ');
    case 'compare':
      return `${names.path(predicate.path)} ${predicate.op} ${names.value(predicate.value)}`;
    case 'in':
      return compileIn(predicate.path, predicate.values, names);
    case 'begins-with':
      return `begins_with(${names.path(predicate.path)}, ${names.value({ S: predicate.prefix })})`;
    case 'contains':
      return `contains(${names.path(predicate.path)}, ${names.value(predicate.value)})`;
    case 'present':
      return compileType(predicate.path, predicate.type, names);
    case 'absent':
      return `NOT ${predicate.type === undefined ? `(${compileType(predicate.path, undefined, names)})` : compileType(predicate.path, predicate.type, names)}`;
  }
}

/** IN takes at most 100 operands; longer lists become several, joined by OR. */
function compileIn(path: AttributePath, values: readonly AttributeValue[], names: ExpressionNames): string {
  const lists: string[] = [];
  for (let from = 0; from < values.length; from += MAX_IN_OPERANDS) {
    const operands = values.slice(from, from + MAX_IN_OPERANDS).map((value) => names.value(value));
    lists.push(`${names.path(path)} IN (${operands.join(', ')})`);
  }
  return lists.length === 1 ? (lists[0] ?? '') : `(${lists.join(' OR ')})`;
}

function compileType(path: AttributePath, type: string | undefined, names: ExpressionNames): string {
  const subject = names.path(path);
  if (type !== undefined) return `attribute_type(${subject}, ${names.value({ S: type })})`;
  return `attribute_exists(${subject}) AND NOT attribute_type(${subject}, ${names.value({ S: 'NULL' })})`;
}

function operatorsOf(predicate: Predicate): number {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms.reduce((sum, term) => sum + operatorsOf(term) + 1, 0);
    case 'in':
      return 2 * Math.ceil(predicate.values.length / MAX_IN_OPERANDS);
    case 'present':
    case 'absent':
      return 4;
    default:
      return 1;
  }
}

function valueBytesOf(predicate: Predicate): number {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms.reduce((sum, term) => sum + valueBytesOf(term), 0);
    case 'in':
      return predicate.values.reduce((sum, value) => sum + JSON.stringify(value).length, 0);
    case 'compare':
    case 'contains':
      return JSON.stringify(predicate.value).length;
    case 'begins-with':
      return predicate.prefix.length;
    default:
      return 4;
  }
}

/** The predicate in words close to DynamoDB's, with names and values in place. */
export function describe(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms
        .map((term) => (term.kind === 'and' || term.kind === 'or' ? `(${describe(term)})` : describe(term)))
        .join(predicate.kind === 'and' ? ' AND ' : ' OR ');
    case 'compare':
      return `${describePath(predicate.path)} ${predicate.op} ${describeValue(predicate.value)}`;
    case 'in':
      return `${describePath(predicate.path)} IN (${describeList(predicate.values.map(describeValue))})`;
    case 'begins-with':
      return `begins_with(${describePath(predicate.path)}, ${describeValue({ S: predicate.prefix })})`;
    case 'contains':
      return `contains(${describePath(predicate.path)}, ${describeValue(predicate.value)})`;
    case 'present':
      return `${describePath(predicate.path)} is ${predicate.type ?? 'present'}`;
    case 'absent':
      return `${describePath(predicate.path)} is not ${predicate.type ?? 'present'}`;
  }
}

export function describePath(path: AttributePath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

/** Numbers as they are, text in quotes, binary as X'hex'. */
export function describeValue(value: AttributeValue): string {
  if ('S' in value) return `'${value.S.replaceAll("'", "''")}'`;
  if ('N' in value) return value.N;
  if ('BOOL' in value) return String(value.BOOL);
  if ('B' in value) return `X'${Buffer.from(value.B, 'base64').toString('hex')}'`;
  return JSON.stringify(value);
}

function describeList(items: readonly string[]): string {
  return items.length <= 8 ? items.join(', ') : `${items.slice(0, 6).join(', ')}, ... ${items.length} values`;
}
