import { ExpressionCursor, type ExpressionText } from './expression-cursor.js';

export interface ConditionFacts {
  /** Attributes whose values or presence decide, by the names of their first step. */
  readonly reads: ReadonlySet<string>;
  /** Whether OR is what joins the whole, so that it needs parentheses before something is ANDed to it. */
  readonly isDisjunction: boolean;
}

/**
 * Reads a condition or filter expression. What is returned is at least what DynamoDB would look at: a text that is not wholly
 * understood is refused. Throws REQUEST_INVALID.
 */
export function readCondition(expression: ExpressionText): ConditionFacts {
  const cursor = new ExpressionCursor(expression);
  const isDisjunction = disjunction(cursor);
  if (!cursor.isAtEnd) throw cursor.unexpected('AND, OR or the end');
  return { reads: cursor.reads, isDisjunction };
}

/** Whether there was an OR. */
function disjunction(cursor: ExpressionCursor): boolean {
  return cursor.nested(() => {
    let isDisjunction = false;
    conjunction(cursor);
    while (cursor.skipKeyword('OR')) {
      isDisjunction = true;
      conjunction(cursor);
    }
    return isDisjunction;
  });
}

function conjunction(cursor: ExpressionCursor): void {
  do negation(cursor);
  while (cursor.skipKeyword('AND'));
}

function negation(cursor: ExpressionCursor): void {
  while (cursor.skipKeyword('NOT'));
  primary(cursor);
}

function primary(cursor: ExpressionCursor): void {
  if (cursor.skipSymbol('(')) {
    disjunction(cursor);
    cursor.takeSymbol(')');
    return;
  }
  const called = cursor.functionCall();
  if (called !== undefined && called !== 'size') {
    test(cursor, called);
    return;
  }
  if (called === 'size') sizeArgument(cursor);
  else operand(cursor);
  comparison(cursor);
}

/** A function that is a condition by itself. Names of functions are exact. */
function test(cursor: ExpressionCursor, called: string): void {
  switch (called) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      cursor.readPath();
      break;
    case 'attribute_type':
    case 'begins_with':
    case 'contains':
      operand(cursor);
      cursor.takeSymbol(',');
      operand(cursor);
      break;
    default:
      throw cursor.fault(`${called} is no function of conditions`);
  }
  cursor.takeSymbol(')');
}

function comparison(cursor: ExpressionCursor): void {
  if (COMPARATORS.some((symbol) => cursor.skipSymbol(symbol))) {
    operand(cursor);
    return;
  }
  if (cursor.skipKeyword('BETWEEN')) {
    operand(cursor);
    cursor.takeKeyword('AND');
    operand(cursor);
    return;
  }
  if (!cursor.skipKeyword('IN')) throw cursor.unexpected('a comparison');
  cursor.takeSymbol('(');
  do operand(cursor);
  while (cursor.skipSymbol(','));
  cursor.takeSymbol(')');
}

const COMPARATORS = ['=', '<>', '<=', '>=', '<', '>'];

function operand(cursor: ExpressionCursor): void {
  const called = cursor.functionCall();
  if (called === 'size') sizeArgument(cursor);
  else if (called !== undefined) throw cursor.fault(`${called} cannot be compared`);
  else if (!cursor.skipValue()) cursor.readPath();
}

function sizeArgument(cursor: ExpressionCursor): void {
  if (!cursor.skipValue()) cursor.readPath();
  cursor.takeSymbol(')');
}
