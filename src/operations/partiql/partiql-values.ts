import type { PartiqlCursor } from './partiql-cursor.js';

/** A condition; the attributes in it are noted as read. Whether it is one for DynamoDB is for DynamoDB to say. */
export function readPartiqlCondition(cursor: PartiqlCursor): void {
  cursor.nested(() => {
    do negation(cursor);
    while (cursor.skipKeyword('AND') || cursor.skipKeyword('OR'));
  });
}

/** A value, possibly a sum; the attributes in it are noted as read. */
export function readPartiqlValue(cursor: PartiqlCursor): void {
  operand(cursor);
  while (cursor.skipSymbol('+') || cursor.skipSymbol('-')) operand(cursor);
}

/** A value that mentions no attribute. */
export function readPartiqlLiteral(cursor: PartiqlCursor): void {
  if (!literal(cursor, readPartiqlLiteral)) throw cursor.unexpected('a value');
}

/** A path, of which nothing is noted as read. */
export function partiqlPath(cursor: PartiqlCursor): { readonly attribute: string; readonly isNested: boolean } {
  const attribute = cursor.name().text;
  let isNested = false;
  for (;;) {
    if (cursor.skipSymbol('.')) cursor.name();
    else if (cursor.skipSymbol('[')) {
      if (!cursor.skip('number') && !cursor.skip('string')) throw cursor.unexpected('the number or name of an element');
      cursor.takeSymbol(']');
    } else return { attribute, isNested };
    isNested = true;
  }
}

function negation(cursor: PartiqlCursor): void {
  while (cursor.skipKeyword('NOT'));
  if (cursor.isSymbol('(')) {
    cursor.takeSymbol('(');
    readPartiqlCondition(cursor);
    cursor.takeSymbol(')');
    // A sum in parentheses, `(a + 1) = 2`, is not told from a condition before the comparison.
    if (isComparison(cursor)) comparison(cursor);
    return;
  }
  readPartiqlValue(cursor);
  // A function can be a condition by itself, and so can, to this reader, a value: DynamoDB refuses that one.
  if (isComparison(cursor)) comparison(cursor);
}

const COMPARATORS = ['=', '<>', '!=', '<=', '>=', '<', '>'];

function isComparison(cursor: PartiqlCursor): boolean {
  return (
    COMPARATORS.some((symbol) => cursor.isSymbol(symbol)) ||
    ['NOT', 'BETWEEN', 'IN', 'IS'].some((keyword) => cursor.isKeyword(keyword))
  );
}

function comparison(cursor: PartiqlCursor): void {
  if (COMPARATORS.some((symbol) => cursor.skipSymbol(symbol))) {
    readPartiqlValue(cursor);
    return;
  }
  if (cursor.skipKeyword('IS')) {
    cursor.skipKeyword('NOT');
    if (!cursor.skipKeyword('MISSING') && !cursor.skipKeyword('NULL')) throw cursor.unexpected('MISSING or NULL');
    return;
  }
  cursor.skipKeyword('NOT');
  if (cursor.skipKeyword('BETWEEN')) {
    readPartiqlValue(cursor);
    cursor.takeKeyword('AND');
    readPartiqlValue(cursor);
    return;
  }
  cursor.takeKeyword('IN');
  if (cursor.skipSymbol('(')) elements(cursor, ')', readPartiqlValue);
  else if (!literal(cursor, readPartiqlValue)) throw cursor.unexpected('a list of values');
}

function operand(cursor: PartiqlCursor): void {
  cursor.nested(() => {
    if (literal(cursor, readPartiqlValue)) return;
    if (cursor.skipSymbol('(')) {
      readPartiqlValue(cursor);
      cursor.takeSymbol(')');
      return;
    }
    const called = cursor.functionCall();
    if (called === undefined) {
      const { attribute, isNested } = partiqlPath(cursor);
      cursor.reads.add(attribute);
      if (isNested) cursor.readsNested = true;
      return;
    }
    if (!FUNCTIONS.has(called)) throw cursor.fault(`${called} is no function of DynamoDB's PartiQL`);
    elements(cursor, ')', readPartiqlValue);
  });
}

const FUNCTIONS = new Set([
  'size',
  'begins_with',
  'contains',
  'attribute_type',
  'list_append',
  'set_add',
  'set_delete',
  'if_not_exists',
]);

type ReadElement = (cursor: PartiqlCursor) => void;

/** Steps over a literal or parameter, if one is next. */
function literal(cursor: PartiqlCursor, element: ReadElement): boolean {
  if (cursor.skip('string') || cursor.skip('number') || cursor.skipSymbol('?')) return true;
  if (LITERAL_WORDS.some((word) => cursor.skipKeyword(word))) return true;
  if (cursor.skipSymbol('-') || cursor.skipSymbol('+')) {
    if (!cursor.skip('number')) throw cursor.unexpected('a number');
    return true;
  }
  return cursor.nested(() => {
    if (cursor.skipSymbol('[')) elements(cursor, ']', element);
    else if (cursor.skipSymbol('<<')) elements(cursor, '>>', element);
    else if (cursor.skipSymbol('{')) members(cursor, element);
    else return false;
    return true;
  });
}

const LITERAL_WORDS = ['TRUE', 'FALSE', 'NULL', 'MISSING'];

function elements(cursor: PartiqlCursor, close: string, element: ReadElement): void {
  if (cursor.skipSymbol(close)) return;
  do element(cursor);
  while (cursor.skipSymbol(','));
  cursor.takeSymbol(close);
}

function members(cursor: PartiqlCursor, element: ReadElement): void {
  if (cursor.skipSymbol('}')) return;
  do {
    if (!cursor.skip('string') && !cursor.skip('quoted')) throw cursor.unexpected('the name of a member');
    cursor.takeSymbol(':');
    element(cursor);
  } while (cursor.skipSymbol(','));
  cursor.takeSymbol('}');
}
